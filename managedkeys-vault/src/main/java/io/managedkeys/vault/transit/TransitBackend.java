package io.managedkeys.vault.transit;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.MalformedAnswerException;
import io.managedkeys.vault.client.VaultRequest;
import io.managedkeys.vault.login.VaultSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One mount of the transit engine. Thread-safe. */
public final class TransitBackend implements KeyBackend, RandomSource {

  /** The engine's limit for one request. */
  private static final int MOST_RANDOM = 128 * 1024;

  private final TransitEngine engine;
  private final TransitBinding binding;
  private final TransitLifecycle lifecycle;

  /**
   * An open backend.
   *
   * @param session the service, which the backend closes
   * @param mount the mount's path
   */
  public TransitBackend(VaultSession session, String mount) {
    this.engine = new TransitEngine(session, mount);
    this.binding = new TransitBinding(engine);
    this.lifecycle = new TransitLifecycle(engine);
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    return binding.bind(config, context);
  }

  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    long begin = System.nanoTime();
    String tried = probe instanceof TransitKey key ? "an operation with a key" : "a token look-up";
    try {
      if (probe instanceof TransitKey key) {
        key.probe(context);
      } else {
        engine
            .session()
            .ask(VaultRequest.get("auth/token/lookup-self"), tried, context, answer -> tried);
      }
      return new Health(true, since(begin), tried + " succeeded");
    } catch (ManagedKeyException e) {
      return new Health(false, since(begin), tried + ": " + e.getMessage());
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Override
  public byte[] random(int length, CallContext context) {
    byte[] out = new byte[length];
    for (int at = 0; at < length; at += MOST_RANDOM) {
      int count = Math.min(MOST_RANDOM, length - at);
      byte[] part =
          engine
              .session()
              .ask(
                  VaultRequest.compute(
                      path(engine.mount(), "random"), new JsonBody().number("bytes", count)),
                  "taking random bytes",
                  context,
                  answer -> {
                    byte[] bytes = answer.data().base64("random_bytes");
                    if (bytes.length != count) {
                      throw new MalformedAnswerException("another number of random bytes");
                    }
                    return bytes;
                  });
      System.arraycopy(part, 0, out, at, count);
      Arrays.fill(part, (byte) 0);
    }
    return out;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == KeyLifecycle.class
        ? Optional.of(type.cast(lifecycle))
        : KeyBackend.super.capability(type);
  }

  @Override
  public void close() {
    engine.session().close();
  }

  @Override
  public String toString() {
    return "TransitBackend[" + engine.mount() + "]";
  }
}
