package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RandomSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One vault or Managed HSM. */
final class AzureKeyBackend implements KeyBackend {
  private final Vault vault;

  AzureKeyBackend(Vault vault) {
    this.vault = vault;
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    ConfigValues entry = config.values();
    String name = keyName(entry);
    String certificate = entry.find(Fields.CERTIFICATE).orElse(name);
    Pin pin = config.pinned();
    if (pin != null) {
      String version = pinnedVersion(pin, name, entry);
      KeyInfo info = KeyDescription.of(pin, vault.address().keyId(name, version), version);
      return new AzureKey(vault, name, version, info, certificate);
    }
    KeyVaultKey found = find(vault, name, entry.find(Fields.KEY_VERSION).orElse(null), context);
    if (Boolean.FALSE.equals(found.getProperties().isEnabled())) {
      throw new KeyStateException(
          "the key is disabled in the vault; enable it, or name another version");
    }
    String version = found.getProperties().getVersion();
    KeyInfo info = KeyDescription.of(found, vault.address().keyId(name, version), version, entry);
    return new AzureKey(vault, name, version, info, certificate);
  }

  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    long start = System.nanoTime();
    try {
      String tried = probe == null ? reach(context) : HealthProbe.use(probe, context);
      return new Health(true, since(start), tried);
    } catch (ManagedKeyException e) {
      return new Health(false, since(start), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == KeyLifecycle.class) {
      return Optional.of(type.cast(new AzureKeyLifecycle(vault)));
    }
    if (type == RandomSource.class && vault.address().managedHsm()) {
      return Optional.of(type.cast(new HsmRandom(vault)));
    }
    return Optional.empty();
  }

  /** The transport ends its connections by itself; the host's clients are the host's. */
  @Override
  public void close() {
    // nothing is held that needs an end
  }

  /**
   * Asks for a key that no one has. That there is none, or that the client may not know, both show
   * that the vault is there and takes the token.
   */
  String reach(CallContext context) {
    try {
      find(vault, "managedkeys-" + UUID.randomUUID(), null, context);
    } catch (KeyNotFoundException e) {
      return "asked for a key that does not exist, and was told so";
    } catch (BackendAuthenticationException e) {
      if (e.serviceCode() == null || !isRolesAnswer(e.serviceCode())) {
        throw e;
      }
      return "the vault took the token; the client may not read keys by name";
    }
    return "asked for a key";
  }

  private static boolean isRolesAnswer(String code) {
    return code.equals("Forbidden")
        || code.equals("AccessDenied")
        || code.equals("ForbiddenByRbac")
        || code.equals("ForbiddenByPolicy");
  }

  static KeyVaultKey find(Vault vault, String name, @Nullable String version, CallContext context) {
    KeyVaultKey found =
        vault.call(
            context,
            Doing.READING,
            sdk -> vault.keys().getKeyWithResponse(name, version, sdk).getValue());
    requireHere(vault, found, name, version);
    return found;
  }

  /** The answer must be about a key of this vault and name, and of the version that was asked. */
  static void requireHere(Vault vault, KeyVaultKey key, String name, @Nullable String version) {
    String found = key.getProperties().getVersion();
    if (found == null
        || !vault.address().keyId(name, found).equalsIgnoreCase(key.getId())
        || (version != null && !version.equalsIgnoreCase(found))) {
      throw new IdentityChangedException(
          "the vault answered with another key than was asked for; the answer was dropped");
    }
  }

  static String keyName(ConfigValues entry) {
    String name = entry.text(Fields.KEY_NAME);
    if (!name.matches("[0-9a-zA-Z-]{1,127}")) {
      throw new InvalidConfigurationException(
          "\"key-name\" must have 1 to 127 letters, digits and hyphens");
    }
    entry
        .find(Fields.KEY_VERSION)
        .ifPresent(
            version -> {
              if (!version.matches("[0-9a-fA-F]{32}")) {
                throw new InvalidConfigurationException(
                    "\"key-version\" must have 32 hexadecimal digits");
              }
            });
    return name;
  }

  /** The version that the pin names, which must be of this vault and key. */
  private String pinnedVersion(Pin pin, String name, ConfigValues entry) {
    String id = pin.resolvedId().orElse("");
    String prefix = vault.address().keyId(name, "");
    String version = id.length() > prefix.length() ? id.substring(prefix.length()) : "";
    if (!id.regionMatches(true, 0, prefix, 0, prefix.length())
        || !version.matches("[0-9a-zA-Z]{1,64}")) {
      throw new IdentityChangedException(
          "the pin is of a key in another vault or of another name; pin the key again if that is"
              + " meant");
    }
    String wanted = entry.find(Fields.KEY_VERSION).orElse(version);
    if (!wanted.equalsIgnoreCase(version)) {
      throw new IdentityChangedException(
          "\"key-version\" and the pin name different versions; pin the key again if that is meant");
    }
    return version.toLowerCase(Locale.ROOT);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
