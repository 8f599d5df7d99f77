package io.managedkeys.jca;

import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the compiler emit {@code AlgorithmParameterSpec getParams()} beside the narrower method of
 * {@code ECKey} and its like. Since 22 {@code PrivateKey} inherits a default method of that
 * signature: without one of their own, handles compiled for 17 would answer null there, and an RSA
 * handle would die of two conflicting defaults.
 */
interface ParameterisedKey {

  /** The parameters, or null when there are none. */
  @Nullable AlgorithmParameterSpec getParams();
}
