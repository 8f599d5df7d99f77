package io.managedkeys.gcpkms;

import com.google.api.gax.rpc.ApiCallContext;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.UnaryCallable;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import io.managedkeys.spi.CallContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The vendor's client, called with our deadline and without its own retries. Those would, with the
 * client's defaults, even repeat the creation of a key.
 */
final class ServiceClient implements AutoCloseable {
  private final KeyManagementServiceClient client;
  private final boolean ours;
  private final ApiCallContext once;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param ours whether the client is closed with the backend
   */
  ServiceClient(KeyManagementServiceClient client, boolean ours) {
    this.client = client;
    this.ours = ours;
    this.once =
        (isRest(client) ? RestTransport.callContext() : GrpcTransport.callContext())
            .withRetryableCodes(Set.of());
  }

  private static boolean isRest(KeyManagementServiceClient client) {
    return client.getStub().getClass().getSimpleName().startsWith("HttpJson");
  }

  /**
   * One request.
   *
   * @param method the method of the client
   * @param failures what its errors mean
   */
  <Q, A> A call(
      Function<KeyManagementServiceClient, UnaryCallable<Q, A>> method,
      Q request,
      Failures failures,
      CallContext context) {
    try {
      return method.apply(client).call(request, once.withTimeoutDuration(context.requireTime()));
    } catch (ApiException e) {
      throw failures.translate(e);
    }
  }

  @Override
  public void close() {
    if (ours && closed.compareAndSet(false, true)) {
      client.shutdown();
      try {
        if (!client.awaitTermination(2, TimeUnit.SECONDS)) {
          client.shutdownNow();
        }
      } catch (InterruptedException e) {
        client.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
