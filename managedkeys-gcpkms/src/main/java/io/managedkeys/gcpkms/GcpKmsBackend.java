package io.managedkeys.gcpkms;

import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.RandomSource;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key ring. */
final class GcpKmsBackend implements KeyBackend {
  private final ServiceClient client;
  private final KeyFinder finder;
  private final HsmRandom random;
  private final GcpKmsLifecycle lifecycle;
  private final Probe probe;

  GcpKmsBackend(KeyRingName ring, ServiceClient client, Clock clock) {
    this.client = client;
    this.finder = new KeyFinder(ring, client);
    this.random = new HsmRandom(ring, client);
    this.lifecycle = new GcpKmsLifecycle(ring, client, clock);
    this.probe = new Probe(ring, client);
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    KeyDescription description = finder.find(config, context);
    return switch (description.algorithm().purpose()) {
      case ASYMMETRIC_SIGN -> new SigningKey(client, description);
      case ASYMMETRIC_DECRYPT -> new OaepKey(client, description);
      case ENCRYPT_DECRYPT -> new SymmetricKey(client, description);
      case RAW_ENCRYPT_DECRYPT -> new RawGcmKey(client, description);
      case MAC -> new MacKey(client, description);
      default ->
          throw new UnsupportedKeyOperationException(
              "keys of purpose " + description.algorithm().purpose() + " are not offered");
    };
  }

  @Override
  public Health check(@Nullable BackendKey key, CallContext context) {
    return probe.check(key, context);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == RandomSource.class) {
      return Optional.of(type.cast(random));
    }
    if (type == KeyLifecycle.class) {
      return Optional.of(type.cast(lifecycle));
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    client.close();
  }
}
