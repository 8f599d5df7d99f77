package io.managedkeys.jca;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.EcdsaSignature;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs with managed keys; hands on to the next provider what is not theirs.
 *
 * <p>A public key is an ordinary key, so verifying always goes to another provider. A private key
 * that is not ours is handed on only when this engine was settled on before anybody showed a key
 * (parameters set or asked for first, as with RSASSA-PSS); else it is refused, and the JDK tries the
 * next provider itself.
 */
final class SignatureEngine extends SignatureSpi {

  private final SignatureName name;
  private @Nullable AlgorithmParameterSpec parameters;
  private boolean settledBeforeKey;
  private @Nullable ManagedKey key;
  private @Nullable SigningRun run;
  private @Nullable Signature delegate;
  private int exactLength;

  SignatureEngine(SignatureName name) {
    this.name = name;
    this.parameters = name.fixedParameters();
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    boolean handOn = settledBeforeKey && !(privateKey instanceof KeyHandle);
    reset();
    if (handOn) {
      delegate =
          NextProvider.start(
              name.jcaName(),
              privateKey,
              provider -> {
                Signature next = Signature.getInstance(name.standardName(), provider);
                // Parameters first, as whoever called us set them before the key too.
                setParameters(next);
                next.initSign(privateKey);
                return next;
              });
      return;
    }
    if (!(privateKey instanceof KeyHandle handle)) {
      throw new InvalidKeyException(
          "not a managed key: "
              + (privateKey == null ? "null" : privateKey.getClass().getName())
              + "; name the provider that has it, or name none");
    }
    try {
      begin(handle.managedKey());
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } catch (ManagedKeyException e) {
      throw new InvalidKeyException(name.jcaName() + " with " + handle + " failed", e);
    }
  }

  private void begin(ManagedKey managedKey)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    KeyInfo info = managedKey.info();
    if (!name.families().contains(info.type().family())) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " is a key of type "
              + info.type()
              + ", not one for "
              + name.jcaName());
    }
    if (!managedKey.usages().contains(Usage.SIGN)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " may not sign here; its entry and grants allow "
              + managedKey.usages());
    }
    SignatureAlgorithm algorithm = name.algorithm(info.type(), parameters);
    if (algorithm != null && !info.signatureAlgorithms().contains(algorithm)) {
      throw new InvalidKeyException(
          managedKey.ref()
              + " does not sign with "
              + algorithm
              + "; backend and entry permit "
              + info.signatureAlgorithms());
    }
    key = managedKey;
    run = algorithm == null ? null : new SigningRun(managedKey, info, algorithm);
  }

  @Override
  protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    reset();
    exactLength = edLength(publicKey);
    delegate =
        NextProvider.start(
            name.jcaName(),
            publicKey,
            provider -> {
              Signature next = Signature.getInstance(name.standardName(), provider);
              setParameters(next);
              next.initVerify(publicKey);
              return next;
            });
  }

  private void setParameters(Signature next) throws InvalidAlgorithmParameterException {
    if (parameters != null) {
      next.setParameter(parameters);
    }
  }

  /** SunEC of JDK 17 accepts an Ed25519 signature with a byte appended, so the length is ours. */
  private static int edLength(@Nullable PublicKey publicKey) {
    if (!(publicKey instanceof EdECPublicKey ed)) {
      return -1;
    }
    return ed.getParams().getName().equals("Ed448") ? 114 : 64;
  }

  private void reset() {
    key = null;
    run = null;
    delegate = null;
    exactLength = -1;
  }

  @Override
  protected void engineUpdate(byte b) throws SignatureException {
    engineUpdate(new byte[] {b}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
    if (delegate != null) {
      delegate.update(bytes, offset, length);
      return;
    }
    try {
      run().update(bytes, offset, length);
    } catch (InvalidInputException e) {
      throw new SignatureException(e.getMessage(), e);
    }
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    if (delegate != null) {
      return delegate.sign();
    }
    SigningRun current = run();
    try {
      byte[] signature = current.sign();
      return name.plain() ? plain(current, signature) : signature;
    } catch (ManagedKeyException e) {
      throw new SignatureException(
          name.jcaName() + " with " + current.key().ref() + " failed: " + e.getMessage(), e);
    }
  }

  private static byte[] plain(SigningRun run, byte[] der) throws SignatureException {
    Curve curve = run.type().curve();
    if (curve == null) {
      throw new SignatureException(run.key().ref() + " is on a curve whose length is not known");
    }
    return EcdsaSignature.toPlain(der, curve.coordinateLength());
  }

  private SigningRun run() throws SignatureException {
    if (run == null) {
      throw new SignatureException(
          key == null
              ? "not initialised"
              : "RSASSA-PSS needs its parameters: call setParameter(PSSParameterSpec) first");
    }
    return run;
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    if (delegate == null) {
      throw new SignatureException("not initialised for verification");
    }
    if (exactLength >= 0 && signature.length != exactLength) {
      refresh(delegate);
      throw new SignatureException(
          "an " + name.jcaName() + " signature has " + exactLength + " bytes");
    }
    return delegate.verify(signature);
  }

  /** Drops what was collected, as a finished verification does. */
  private void refresh(Signature started) throws SignatureException {
    started.verify(new byte[exactLength]);
  }

  @Override
  protected void engineSetParameter(@Nullable AlgorithmParameterSpec params)
      throws InvalidAlgorithmParameterException {
    AlgorithmParameterSpec next = params == null ? name.fixedParameters() : params;
    if (key == null && delegate == null) {
      settledBeforeKey = true;
      parameters = next;
    } else if (delegate != null) {
      delegate.setParameter(params);
      parameters = next;
    } else if (key != null) {
      replaceParameters(key, next);
    }
  }

  private void replaceParameters(ManagedKey managedKey, @Nullable AlgorithmParameterSpec next)
      throws InvalidAlgorithmParameterException {
    if (run != null && run.started()) {
      throw new ProviderException("parameters cannot be set in the middle of a message");
    }
    AlgorithmParameterSpec before = parameters;
    try {
      parameters = next;
      begin(managedKey);
    } catch (InvalidKeyException | ManagedKeyException e) {
      parameters = before;
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    } catch (InvalidAlgorithmParameterException e) {
      parameters = before;
      throw e;
    }
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    if (key == null && delegate == null) {
      settledBeforeKey = true;
    }
    if (delegate != null) {
      return delegate.getParameters();
    }
    if (parameters == null || name.kind() != SignatureName.Kind.RSA_PSS) {
      return null;
    }
    try {
      AlgorithmParameters encoded = AlgorithmParameters.getInstance("RSASSA-PSS");
      encoded.init(parameters);
      return encoded;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the RSASSA-PSS parameters cannot be encoded", e);
    }
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String param, Object value) {
    throw new InvalidParameterException("use setParameter(AlgorithmParameterSpec)");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String param) {
    throw new InvalidParameterException("use getParameters()");
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey, SecureRandom random)
      throws InvalidKeyException {
    // The backend takes its randomness from itself.
    engineInitSign(privateKey);
  }
}
