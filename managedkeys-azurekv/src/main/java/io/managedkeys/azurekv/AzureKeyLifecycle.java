package io.managedkeys.azurekv;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateKeyOptions;
import com.azure.security.keyvault.keys.models.CreateOctKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.DeletedKey;
import com.azure.security.keyvault.keys.models.ImportKeyOptions;
import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.ConflictException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys made, changed and listed. Creating or importing under a name that exists silently adds a
 * version in this service; here it must not: the name is looked up before and its versions are
 * counted after, and a version that came to lie on somebody else's key is disabled and refused.
 */
record AzureKeyLifecycle(Vault vault) implements KeyLifecycle {

  @Override
  public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
    String name = AzureKeyBackend.keyName(entry.values());
    CreateKeyOptions options = options(name, entry, type);
    options
        .setTags(Tags.of(tag, type))
        .setExportable(false)
        .setKeyOperations(operations(entry, type).toArray(new KeyOperation[0]));
    requireFree(name, entry, context);
    return adopt(name, type, create(options, context), tag, context);
  }

  @Override
  public RemoteKey importKey(
      KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
    ConfigValues values = entry.values();
    String name = AzureKeyBackend.keyName(values);
    boolean hsm = hsm(values);
    Optional<String> exchangeKey = values.find(Fields.EXCHANGE_KEY);
    if (exchangeKey.isPresent() && !hsm) {
      throw new InvalidConfigurationException(
          "\"exchange-key\" is for HSM keys; remove it, or set protection=hsm");
    }
    requireType(type);
    requireFree(name, entry, context);
    JsonWebKey jwk =
        exchangeKey.isPresent()
            ? TransferBlob.wrap(vault, exchangeKey.get(), type, material, context)
            : ImportedKey.jwk(type, hsm, material);
    jwk.setKeyOps(operations(entry, type));
    ImportKeyOptions options = new ImportKeyOptions(name, jwk).setHardwareProtected(hsm);
    options.setTags(Tags.of(tag, type)).setExportable(false);
    KeyVaultKey made =
        vault.call(
            context,
            Doing.CHANGING,
            sdk -> vault.keys().importKeyWithResponse(options, sdk).getValue());
    return adopt(name, type, made, tag, context);
  }

  @Override
  public Set<Act> acts() {
    return EnumSet.complementOf(EnumSet.of(Act.ROTATE));
  }

  /** A new version is a new key, and an entry never comes to mean another key. */
  @Override
  public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
    throw new UnsupportedKeyOperationException(
        "a version of a key in Key Vault is a key of its own: generate one under a new entry, or make"
            + " an entry with the \"key-version\" of a version that was made in the vault");
  }

  @Override
  public void enable(KeyConfig entry, CallContext context) {
    setEnabled(entry, true, context);
  }

  @Override
  public void disable(KeyConfig entry, CallContext context) {
    setEnabled(entry, false, context);
  }

  @Override
  public Instant scheduleDestruction(
      KeyConfig entry, @Nullable Duration wait, CallContext context) {
    Pin pin = requirePin(entry, "deleted");
    if (wait != null) {
      throw new UnsupportedKeyOperationException(
          "the wait before a deleted key is gone is the vault's own retention; give no wait");
    }
    String name = AzureKeyBackend.keyName(entry.values());
    List<KeyProperties> versions = versions(name, context);
    if (versions.size() != 1 || !version(pin).equalsIgnoreCase(versions.get(0).getVersion())) {
      throw new ConflictException(
          "the service deletes all "
              + versions.size()
              + " versions of a key at once; disable this one, or delete the key in the vault");
    }
    DeletedKey deleted =
        vault.call(
            context, Doing.CHANGING, sdk -> vault.keys().beginDeleteKey(name).poll().getValue());
    return deleted.getScheduledPurgeDate() == null
        ? vault.clock().instant()
        : deleted.getScheduledPurgeDate().toInstant();
  }

  @Override
  public void cancelDestruction(KeyConfig entry, CallContext context) {
    requirePin(entry, "recovered");
    String name = AzureKeyBackend.keyName(entry.values());
    vault.call(
        context,
        Doing.CHANGING,
        sdk -> vault.keys().beginRecoverDeletedKey(name).poll().getStatus());
  }

  @Override
  public List<RemoteKey> list(CallContext context) {
    return vault.call(
        context,
        Doing.READING,
        sdk -> {
          List<RemoteKey> keys = new ArrayList<>();
          for (KeyProperties properties : vault.keys().listPropertiesOfKeys(sdk)) {
            keys.add(
                remote(
                    properties.getName(),
                    null,
                    Tags.type(properties.getTags()).orElse(null),
                    properties));
          }
          return keys;
        });
  }

  /**
   * Finds what a lost answer was about. A version that lies on somebody else's key is not given out
   * as the key that was wanted.
   */
  @Override
  public Optional<RemoteKey> findByTag(UUID tag, CallContext context) {
    Optional<RemoteKey> found = KeyLifecycle.super.findByTag(tag, context);
    if (found.isPresent()
        && versions(found.get().fields().getOrDefault(Fields.KEY_NAME, ""), context).size() > 1) {
      throw alongsideAnother(tag);
    }
    return found;
  }

  private void requireFree(String name, KeyConfig entry, CallContext context) {
    if (entry.values().has(Fields.KEY_VERSION)) {
      throw new InvalidConfigurationException(
          "the service names a new key's version; remove \"key-version\" from the entry");
    }
    try {
      AzureKeyBackend.find(vault, name, null, context);
    } catch (KeyNotFoundException e) {
      return;
    }
    throw new ConflictException(
        "there is a key of this name in the vault, and the service would add a version to it; take"
            + " another name, or adopt the key that is there");
  }

  private KeyVaultKey create(CreateKeyOptions options, CallContext context) {
    return vault.call(
        context,
        Doing.CHANGING,
        sdk -> {
          if (options instanceof CreateRsaKeyOptions rsa) {
            return vault.keys().createRsaKeyWithResponse(rsa, sdk).getValue();
          }
          if (options instanceof CreateEcKeyOptions ec) {
            return vault.keys().createEcKeyWithResponse(ec, sdk).getValue();
          }
          return vault
              .keys()
              .createOctKeyWithResponse((CreateOctKeyOptions) options, sdk)
              .getValue();
        });
  }

  /** Makes sure that the key that was made is a key of its own and no version of another's. */
  private RemoteKey adopt(
      String name, KeyType type, KeyVaultKey made, UUID tag, CallContext context) {
    AzureKeyBackend.requireHere(vault, made, name, null);
    List<KeyProperties> versions = versions(name, context);
    if (versions.size() > 1) {
      made.getProperties().setEnabled(false);
      vault.call(
          context,
          Doing.CHANGING,
          sdk -> vault.keys().updateKeyPropertiesWithResponse(made.getProperties(), sdk));
      throw alongsideAnother(tag);
    }
    return remote(name, made.getProperties().getVersion(), type, made.getProperties());
  }

  private static ConflictException alongsideAnother(UUID tag) {
    return new ConflictException(
        "somebody else made a key of this name at the same time, and the version with the tag "
            + Tags.ID
            + "="
            + tag
            + " was added to it: disable it if it is not disabled, and take another name");
  }

  private List<KeyProperties> versions(String name, CallContext context) {
    return vault.call(
        context,
        Doing.READING,
        sdk -> {
          List<KeyProperties> versions = new ArrayList<>();
          vault.keys().listPropertiesOfKeyVersions(name, sdk).forEach(versions::add);
          return versions;
        });
  }

  /** Of the pinned version, or before there is a pin, of the one that the entry leads to. */
  private void setEnabled(KeyConfig entry, boolean enabled, CallContext context) {
    String name = AzureKeyBackend.keyName(entry.values());
    String version =
        entry
            .pin()
            .map(AzureKeyLifecycle::version)
            .or(() -> entry.values().find(Fields.KEY_VERSION))
            .orElse(null);
    KeyVaultKey key = AzureKeyBackend.find(vault, name, version, context);
    KeyProperties properties = key.getProperties().setEnabled(enabled);
    vault.call(
        context,
        Doing.CHANGING,
        sdk -> vault.keys().updateKeyPropertiesWithResponse(properties, sdk));
  }

  private CreateKeyOptions options(String name, KeyConfig entry, KeyType type) {
    requireType(type);
    boolean hsm = hsm(entry.values());
    return switch (type.family()) {
      case "RSA" -> new CreateRsaKeyOptions(name).setKeySize(type.bits()).setHardwareProtected(hsm);
      case "EC" ->
          new CreateEcKeyOptions(name).setCurveName(KeyTypes.curve(type)).setHardwareProtected(hsm);
      default -> new CreateOctKeyOptions(name).setKeySize(type.bits()).setHardwareProtected(true);
    };
  }

  private static void requireType(KeyType type) {
    if (!KeyTypes.supported(type)) {
      throw new UnsupportedKeyOperationException(
          "Key Vault has no " + type + " keys; it has " + KeyTypes.NAMES);
    }
  }

  private boolean hsm(ConfigValues values) {
    return vault.address().managedHsm() || values.text(Fields.PROTECTION).equals("hsm");
  }

  private static List<KeyOperation> operations(KeyConfig entry, KeyType type) {
    List<KeyOperation> operations = KeyTypes.operations(entry.usages(), type);
    if (operations.isEmpty()) {
      throw new UnsupportedKeyOperationException(
          "a "
              + type
              + " key can do nothing of what the entry's usages "
              + entry.usages()
              + " say");
    }
    return operations;
  }

  private static Pin requirePin(KeyConfig entry, String change) {
    return entry
        .pin()
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "the entry is not pinned, so it is not certain which version would be "
                        + change
                        + "; use or pin the key first"));
  }

  private static String version(Pin pin) {
    String id = pin.resolvedId().orElse("");
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private static RemoteKey remote(
      String name, @Nullable String version, @Nullable KeyType type, KeyProperties properties) {
    Map<String, String> fields = new HashMap<>();
    fields.put(Fields.KEY_NAME, name);
    if (version != null) {
      fields.put(Fields.KEY_VERSION, version);
    }
    if (type != null && type.isSecret()) {
      fields.put(Fields.AES_BITS, Integer.toString(type.bits()));
    }
    return new RemoteKey(
        fields,
        type,
        Boolean.FALSE.equals(properties.isEnabled()) ? "disabled" : "enabled",
        Tags.id(properties.getTags()));
  }
}
