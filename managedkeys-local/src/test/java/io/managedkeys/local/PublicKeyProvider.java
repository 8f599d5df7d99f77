package io.managedkeys.local;

import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import java.time.Duration;

/** Public keys without their private halves, so that the registry's own verification can be tried. */
final class PublicKeyProvider implements BackendProvider {

  @Override
  public String type() {
    return "public";
  }

  @Override
  public ConfigSchema backendSchema() {
    return ConfigSchema.of();
  }

  @Override
  public ConfigSchema keySchema() {
    return ConfigSchema.of(
        ConfigField.of("spki", ConfigField.Kind.HEX, "The public key.").mandatory());
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    return new KeyBackend() {
      @Override
      public BackendKey key(KeyConfig entry, CallContext context) {
        byte[] spki = entry.values().hex("spki");
        KeyType type = Spki.keyType(spki);
        KeyInfo info =
            KeyInfo.builder(type)
                .spki(spki)
                .signs(
                    SignatureAlgorithm.known().stream()
                        .filter(algorithm -> algorithm.suits(type))
                        .toList())
                .build();
        return () -> info;
      }

      @Override
      public Health check(BackendKey probe, CallContext context) {
        return new Health(true, Duration.ZERO, "nothing to ask");
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }
}
