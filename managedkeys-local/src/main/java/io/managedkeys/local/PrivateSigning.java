package io.managedkeys.local;

import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Set;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Signs with the JDK. */
final class PrivateSigning implements Signing {

  /** RFC 8017, section 9.2: eleven bytes of padding at least. */
  private static final int PKCS1_OVERHEAD = 11;

  private final LocalKey key;

  PrivateSigning(LocalKey key) {
    this.key = key;
  }

  /** The JDK hashes by itself for RSA-PSS; Ed25519, Ed448 and ML-DSA take the message by definition. */
  @Override
  public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
    boolean digests =
        algorithm.hash() != null && !algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS);
    return digests ? Set.of(MessageForm.DIGEST, MessageForm.RAW) : Set.of(MessageForm.RAW);
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
    PrivateKey privateKey = key.material(context).privateKey();
    try {
      if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
        return pkcs1(privateKey, message.bytes());
      }
      if (message instanceof Message.Raw) {
        return sign(algorithm.jcaName(), algorithm.jcaParameters(), privateKey, message.bytes());
      }
      if (message instanceof Message.Digest digest && accepts(algorithm).size() > 1) {
        if (!digest.hash().equals(algorithm.hash())) {
          throw new InvalidInputException(
              algorithm + " signs " + algorithm.hash() + " digests, not " + digest.hash());
        }
        return algorithm.scheme().equals(SignatureAlgorithm.RSA_PKCS1)
            ? pkcs1(privateKey, DigestInfo.encode(digest.hash(), digest.bytes()))
            : sign("NONEwithECDSA", null, privateKey, digest.bytes());
      }
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException(
          "the JDK could not sign with " + algorithm + ": " + e.getMessage(), e);
    }
    throw new UnsupportedKeyOperationException(
        "local keys take the whole message for " + algorithm + ", not a " + message);
  }

  private byte[] pkcs1(PrivateKey privateKey, byte[] encoded) throws GeneralSecurityException {
    int most = key.info().type().bits() / 8 - PKCS1_OVERHEAD;
    if (encoded.length > most) {
      throw new InvalidInputException(
          "a DigestInfo for this key has at most " + most + " bytes, not " + encoded.length);
    }
    // For a private key the cipher applies block type 1, which is the signature's.
    Cipher cipher = Jdk.cipher("RSA/ECB/PKCS1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, privateKey);
    return cipher.doFinal(encoded);
  }

  private static byte[] sign(
      String name,
      @Nullable AlgorithmParameterSpec parameters,
      PrivateKey privateKey,
      byte[] message)
      throws GeneralSecurityException {
    Signature signature = Jdk.signature(name);
    if (parameters != null) {
      signature.setParameter(parameters);
    }
    signature.initSign(privateKey);
    signature.update(message);
    return signature.sign();
  }
}
