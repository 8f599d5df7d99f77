package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** An X25519 private key whose bytes are not to be had, as the interface allows. */
final class XecHandle extends KeyHandle implements XECPrivateKey, ParameterisedKey {

  private static final long serialVersionUID = 1L;

  XecHandle(ManagedKey key) {
    super(key, "X25519", "XDH");
  }

  @Override
  public AlgorithmParameterSpec getParams() {
    return NamedParameterSpec.X25519;
  }

  @Override
  public Optional<byte[]> getScalar() {
    return Optional.empty();
  }
}
