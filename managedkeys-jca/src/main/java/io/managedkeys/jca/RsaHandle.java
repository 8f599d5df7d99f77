package io.managedkeys.jca;

import io.managedkeys.ManagedKey;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/** An RSA private key. Not an {@code RSAPrivateKey}, which would promise a private exponent. */
final class RsaHandle extends KeyHandle implements PrivateKey, RSAKey, ParameterisedKey {

  private static final long serialVersionUID = 1L;

  private final BigInteger modulus;

  RsaHandle(ManagedKey key, BigInteger modulus) {
    super(key, "RSA", "RSA");
    this.modulus = modulus;
  }

  @Override
  public BigInteger getModulus() {
    return modulus;
  }

  @Override
  @SuppressWarnings("NullAway") // RSAKey.getParams is documented to return null without parameters
  public @Nullable AlgorithmParameterSpec getParams() {
    return null;
  }
}
