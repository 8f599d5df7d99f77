package io.managedkeys.pki;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.ManagedKey;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;

/**
 * Lets BouncyCastle's builders of certificates, requests, CRLs, OCSP responses, timestamps and CMS sign
 * with a managed key. Every signature is verified with the key's public half before it is released,
 * whatever the backend's own setting.
 *
 * <p>One instance makes one signature; not thread-safe.
 */
public final class ManagedKeyContentSigner implements ContentSigner {

  private final ManagedKey key;
  private final SignatureAlgorithm algorithm;
  private final AlgorithmIdentifier identifier;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /**
   * A signer with one algorithm.
   *
   * @param key the key; needs the usages sign and verify
   * @param algorithm an algorithm that the key permits and that X.509 has an identifier for
   * @throws UnsupportedKeyOperationException if it has none
   */
  public ManagedKeyContentSigner(ManagedKey key, SignatureAlgorithm algorithm) {
    this.key = key;
    this.algorithm = algorithm;
    this.identifier =
        AlgorithmIdentifier.getInstance(
            algorithm
                .algorithmIdentifier()
                .orElseThrow(
                    () ->
                        new UnsupportedKeyOperationException(
                            algorithm + " has no identifier in X.509")));
  }

  /**
   * A signer with the algorithm that suits the key best.
   *
   * @param key the key; needs the usages sign and verify
   * @return the signer
   * @throws UnsupportedKeyOperationException if the key permits none that X.509 knows
   */
  public static ManagedKeyContentSigner of(ManagedKey key) {
    return new ManagedKeyContentSigner(key, SignatureChoice.of(key));
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return identifier;
  }

  @Override
  public OutputStream getOutputStream() {
    return content;
  }

  @Override
  public byte[] getSignature() {
    byte[] signed = content.toByteArray();
    if (!key.usages().contains(Usage.VERIFY)) {
      throw new UnsupportedKeyOperationException(
          "a key that issues certificates needs the usage verify beside sign, so that no wrong"
              + " signature is released: "
              + key);
    }
    byte[] signature = key.sign(algorithm, Message.of(signed));
    if (!key.verify(algorithm, digestOf(signed), signature)) {
      throw new IdentityChangedException(
          "the signature of " + key + " does not verify with its public key; it was not released");
    }
    return signature;
  }

  /** Hashed once more here, so that what was signed and what is verified went separate ways. */
  private Message digestOf(byte[] signed) {
    HashAlgorithm hash = algorithm.hash();
    return hash == null ? Message.of(signed) : Message.digest(hash, hash.digest(signed));
  }
}
