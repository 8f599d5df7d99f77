package io.managedkeys.vault.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Collects an answer's body into one array, up to a limit, and wipes the arrays it outgrows.
 *
 * <p>The limit keeps a broken or hostile server from filling the heap.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final int limit;
  private byte[] bytes = new byte[1024];
  private int length;
  private @Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Subscription offered) {
    this.subscription = offered;
    offered.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int count = buffer.remaining();
      if (length + (long) count > limit) {
        if (subscription != null) {
          subscription.cancel();
        }
        wipe();
        result.completeExceptionally(
            new IOException("the answer is longer than " + limit + " bytes"));
        return;
      }
      ensure(length + count);
      buffer.get(bytes, length, count);
      length += count;
    }
  }

  private void ensure(int wanted) {
    if (wanted > bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(wanted, bytes.length * 2));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
  }

  @Override
  public void onError(Throwable failure) {
    wipe();
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    byte[] body = Arrays.copyOf(bytes, length);
    wipe();
    result.complete(body);
  }

  private void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }
}
