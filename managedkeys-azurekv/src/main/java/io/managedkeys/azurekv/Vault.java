package io.managedkeys.azurekv;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.CallContext;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One vault's clients of the SDK, and the one way to call them: under the call's deadline, with
 * failures turned into this library's. The SDK's own retries and logs are off.
 *
 * <p>All clients share one pipeline and thus one token. Its scope follows from the configuration: the
 * vault's challenge, which would let the vault choose what token it is sent, is not followed.
 */
final class Vault {
  private static final String RESPONSE_TIMEOUT = "azure-response-timeout";

  private final VaultAddress address;
  private final KeyClient keys;
  private final Clock clock;
  private final @Nullable HttpPipeline pipeline;
  private final @Nullable TokenCredential credential;

  private Vault(
      VaultAddress address,
      KeyClient keys,
      Clock clock,
      @Nullable HttpPipeline pipeline,
      @Nullable TokenCredential credential) {
    this.address = address;
    this.keys = keys;
    this.clock = clock;
    this.pipeline = pipeline;
    this.credential = credential;
  }

  static Vault of(VaultAddress address, HttpClient http, TokenCredential credential, Clock clock) {
    HttpPipeline pipeline =
        new HttpPipelineBuilder()
            .policies(
                new UserAgentPolicy("managedkeys"),
                new RequestIdPolicy(),
                new BearerTokenAuthenticationPolicy(credential, address.scope()))
            .httpClient(http)
            .build();
    KeyClient keys =
        new KeyClientBuilder().vaultUrl(address.url()).pipeline(pipeline).buildClient();
    return new Vault(address, keys, clock, pipeline, credential);
  }

  /** Over the host's own client, with whatever transport, retries and logs that has. */
  static Vault of(VaultAddress address, KeyClient hostsOwn, Clock clock) {
    return new Vault(address, hostsOwn, clock, null, null);
  }

  VaultAddress address() {
    return address;
  }

  Clock clock() {
    return clock;
  }

  KeyClient keys() {
    return keys;
  }

  /** A client for one version that asks the service for everything and resolves nothing. */
  CryptographyClient cryptography(String name, String version) {
    if (pipeline == null) {
      return keys.getCryptographyClient(name, version);
    }
    return new CryptographyClientBuilder()
        .keyIdentifier(address.keyId(name, version))
        .pipeline(pipeline)
        .disableKeyCaching()
        .buildClient();
  }

  /** For what the keys SDK has no client for; null over a host's own {@link KeyClient}. */
  @Nullable HttpPipeline pipeline() {
    return pipeline;
  }

  /** Asks for a token, so that a wrong credential shows before it is needed. */
  void authenticate(CallContext call) {
    TokenCredential own = credential;
    if (own != null) {
      call(
          call,
          Doing.READING,
          context -> {
            if (own.getTokenSync(new TokenRequestContext().addScopes(address.scope())) == null) {
              throw new BackendAuthenticationException("the credential gave no token");
            }
            return true;
          });
    }
  }

  <T> T call(CallContext call, Doing doing, Function<Context, T> request) {
    try {
      return CallDeadline.within(
          call, () -> request.apply(new Context(RESPONSE_TIMEOUT, call.requireTime())));
    } catch (ManagedKeyException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ServiceErrors.of(e, doing, clock);
    }
  }
}
