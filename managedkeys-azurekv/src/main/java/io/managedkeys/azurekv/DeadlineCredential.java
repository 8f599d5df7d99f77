package io.managedkeys.azurekv;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import io.managedkeys.BackendAuthenticationException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Waits for a token no longer than the call has left. The SDK keeps tokens and asks seldom, so the
 * change of threads costs nothing in the steady state.
 *
 * @param credential what makes tokens
 * @param bound the most that a token outside a call may take
 */
record DeadlineCredential(TokenCredential credential, Duration bound) implements TokenCredential {

  @Override
  public Mono<AccessToken> getToken(TokenRequestContext request) {
    return credential.getToken(request);
  }

  @Override
  public AccessToken getTokenSync(TokenRequestContext request) {
    AccessToken token =
        credential
            .getToken(request)
            .subscribeOn(Schedulers.boundedElastic())
            .block(CallDeadline.left(bound));
    if (token == null) {
      throw new BackendAuthenticationException(
          "the credential gave no token; check the application's own TokenCredential");
    }
    return token;
  }

  @Override
  public String toString() {
    return "a credential";
  }
}
