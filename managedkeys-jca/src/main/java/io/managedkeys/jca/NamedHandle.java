package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.security.PrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/** A private key that the JDK has no interface for: ML-DSA, or a curve that the JDK lacks. */
final class NamedHandle extends KeyHandle implements PrivateKey, ParameterisedKey {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable AlgorithmParameterSpec parameters;

  NamedHandle(ManagedKey key, String family, String algorithm, @Nullable String parameterSet) {
    super(key, family, algorithm);
    this.parameters = parameterSet == null ? null : new NamedParameterSpec(parameterSet);
  }

  @Override
  @SuppressWarnings("NullAway") // AsymmetricKey.getParams is documented to return null without any
  public @Nullable AlgorithmParameterSpec getParams() {
    return parameters;
  }
}
