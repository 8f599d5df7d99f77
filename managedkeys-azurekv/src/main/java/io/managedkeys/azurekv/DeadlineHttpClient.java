package io.managedkeys.azurekv;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Gives every request the time that its call has left. A request made twice in one call, as after a
 * challenge, gets what the first one left over.
 *
 * @param transport the client that sends
 * @param bound the most that a request outside a call may take, such as one for a token
 */
record DeadlineHttpClient(HttpClient transport, Duration bound) implements HttpClient {
  private static final String RESPONSE_TIMEOUT = "azure-response-timeout";

  @Override
  public Mono<HttpResponse> send(HttpRequest request) {
    return transport.send(request, timed(Context.NONE));
  }

  @Override
  public Mono<HttpResponse> send(HttpRequest request, Context context) {
    return transport.send(request, timed(context));
  }

  @Override
  public HttpResponse sendSync(HttpRequest request, Context context) {
    return transport.sendSync(request, timed(context));
  }

  private Context timed(Context context) {
    return context.addData(RESPONSE_TIMEOUT, CallDeadline.left(bound));
  }
}
