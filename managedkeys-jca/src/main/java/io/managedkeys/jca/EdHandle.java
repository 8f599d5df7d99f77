package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** An Ed25519 or Ed448 private key whose bytes are not to be had, as the interface allows. */
final class EdHandle extends KeyHandle implements EdECPrivateKey, ParameterisedKey {

  private static final long serialVersionUID = 1L;

  private final transient NamedParameterSpec parameters;

  EdHandle(ManagedKey key, String family, NamedParameterSpec parameters) {
    super(key, family, "EdDSA");
    this.parameters = parameters;
  }

  @Override
  public NamedParameterSpec getParams() {
    return parameters;
  }

  @Override
  public Optional<byte[]> getBytes() {
    return Optional.empty();
  }
}
