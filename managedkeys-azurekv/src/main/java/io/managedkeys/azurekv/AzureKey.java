package io.managedkeys.azurekv;

import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyInfo;
import io.managedkeys.azurekv.ServiceErrors.Doing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.CertificateSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One version of a key. Every call names the version, and every answer must name it back. What it
 * can do follows from its type and the operations that the service allows it.
 */
final class AzureKey implements BackendKey {
  private final Vault vault;
  private final String name;
  private final String version;
  private final String keyId;
  private final KeyInfo info;
  private final CryptographyClient client;
  private final Map<Class<?>, Object> capabilities = new LinkedHashMap<>();

  AzureKey(Vault vault, String name, String version, KeyInfo info, String certificate) {
    this.vault = vault;
    this.name = name;
    this.version = version;
    this.keyId = vault.address().keyId(name, version);
    this.info = info;
    this.client = vault.cryptography(name, version);
    Set<String> operations = KeyDescription.operations(info);
    switch (info.type().family()) {
      case "RSA" -> {
        asymmetric(operations);
        if (operations.contains("decrypt") || operations.contains("unwrapKey")) {
          add(new RsaOpening(this, operations.contains("decrypt")));
        }
      }
      case "EC" -> asymmetric(operations);
      default -> add(new AesOperations(this));
    }
    if (!info.type().isSecret() && vault.pipeline() != null) {
      capabilities.put(CertificateSource.class, new VaultCertificate(vault, this, certificate));
    }
  }

  private void asymmetric(Set<String> operations) {
    Signatures signatures = new Signatures(this);
    if (operations.contains("sign")) {
      capabilities.put(io.managedkeys.spi.Signing.class, signatures.signing());
    }
    if (operations.contains("verify")) {
      capabilities.put(io.managedkeys.spi.Verifying.class, signatures.verifying());
    }
  }

  private void add(Object capability) {
    for (Class<?> type : capability.getClass().getInterfaces()) {
      capabilities.put(type, capability);
    }
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.ofNullable(capabilities.get(type)).map(type::cast);
  }

  String name() {
    return name;
  }

  String version() {
    return version;
  }

  /** One request to the service. */
  <T> T call(CallContext call, Doing doing, BiFunction<CryptographyClient, Context, T> request) {
    return vault.call(call, doing, context -> request.apply(client, context));
  }

  /** Refuses an answer that another key gave; nothing of it is released. */
  void requireFrom(@Nullable String answeredBy) {
    if (!keyId.equalsIgnoreCase(answeredBy)) {
      throw new IdentityChangedException(
          "the vault answered in the name of another key or version; the answer was dropped");
    }
  }

  @Override
  public String toString() {
    return keyId;
  }
}
