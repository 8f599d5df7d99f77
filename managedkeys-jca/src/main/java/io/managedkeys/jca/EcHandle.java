package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.spec.ECParameterSpec;

/** An EC private key. Not an {@code ECPrivateKey}, which would promise its scalar. */
final class EcHandle extends KeyHandle implements PrivateKey, ECKey, ParameterisedKey {

  private static final long serialVersionUID = 1L;

  private final transient ECParameterSpec parameters;

  EcHandle(ManagedKey key, ECParameterSpec parameters) {
    super(key, "EC", "EC");
    this.parameters = parameters;
  }

  @Override
  public ECParameterSpec getParams() {
    return parameters;
  }
}
