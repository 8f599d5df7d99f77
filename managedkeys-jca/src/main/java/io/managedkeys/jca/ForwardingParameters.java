package io.managedkeys.jca;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.AlgorithmParametersSpi;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;

/**
 * Encodes and decodes parameters with the next provider's means, for libraries that take everything
 * from the provider they were given (Nimbus asks for {@code OAEP}, BouncyCastle for {@code PSS}).
 */
final class ForwardingParameters extends AlgorithmParametersSpi {

  private final AlgorithmParameters next;

  ForwardingParameters(String standardName) throws NoSuchAlgorithmException {
    try {
      next =
          NextProvider.start(
              standardName,
              null,
              provider -> AlgorithmParameters.getInstance(standardName, provider));
    } catch (InvalidKeyException e) {
      throw new NoSuchAlgorithmException("no other installed provider has " + standardName, e);
    }
  }

  @Override
  protected void engineInit(AlgorithmParameterSpec spec) throws InvalidParameterSpecException {
    next.init(spec);
  }

  @Override
  protected void engineInit(byte[] encoded) throws IOException {
    next.init(encoded);
  }

  @Override
  protected void engineInit(byte[] encoded, String format) throws IOException {
    next.init(encoded, format);
  }

  @Override
  protected <T extends AlgorithmParameterSpec> T engineGetParameterSpec(Class<T> wanted)
      throws InvalidParameterSpecException {
    return next.getParameterSpec(wanted);
  }

  @Override
  protected byte[] engineGetEncoded() throws IOException {
    return next.getEncoded();
  }

  @Override
  protected byte[] engineGetEncoded(String format) throws IOException {
    return next.getEncoded(format);
  }

  @Override
  protected String engineToString() {
    return next.toString();
  }
}
