package io.managedkeys.pkcs11;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Spki;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import java.security.GeneralSecurityException;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** Decrypts RSA-OAEP (RFC 8017, section 7.1) with an empty label. */
final class OaepDecrypting implements Decrypting {

  private final KeyRunner runner;
  private final KeyType type;
  private final byte[] spki;

  OaepDecrypting(KeyRunner runner, KeyType type, byte[] spki) {
    this.runner = runner;
    this.type = type;
    this.spki = spki;
  }

  static Mechanism mechanism(HashAlgorithm hash, HashAlgorithm mgf) {
    return new Mechanism(
        Ckm.RSA_PKCS_OAEP,
        new Mechanism.Oaep(SignaturePlan.hashMechanism(hash), SignaturePlan.mgf(mgf)));
  }

  @Override
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
    HashAlgorithm hash = algorithm.hash();
    HashAlgorithm mgf = algorithm.mgfHash();
    if (hash == null || mgf == null) {
      throw new UnsupportedKeyOperationException("an RSA key decrypts RSA-OAEP, not " + algorithm);
    }
    int length = (type.bits() + 7) / 8;
    if (ciphertext.length != length) {
      throw new InvalidCiphertextException(
          "an RSA ciphertext of this key has " + length + " bytes, not " + ciphertext.length);
    }
    Mechanism mechanism = mechanism(hash, mgf);
    return runner.run(
        context,
        (cryptoki, session, key) ->
            cryptoki.decrypt(
                session.handle(), mechanism, key, ciphertext, length, runner.between(session)),
        (cryptoki, session, key) -> {
          byte[] plaintext =
              cryptoki.decrypt(
                  session.handle(),
                  mechanism,
                  key,
                  knownGood(hash, mgf),
                  length,
                  runner.between(session));
          Arrays.fill(plaintext, (byte) 0);
          return plaintext;
        },
        Meaning.OF_CIPHERTEXT);
  }

  /** A ciphertext that the key certainly decrypts. */
  private byte[] knownGood(HashAlgorithm hash, HashAlgorithm mgf) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          Spki.publicKey(spki),
          new OAEPParameterSpec(
              hash.name(), "MGF1", new MGF1ParameterSpec(mgf.name()), PSource.PSpecified.DEFAULT));
      return cipher.doFinal(new byte[8]);
    } catch (GeneralSecurityException e) {
      throw new UnsupportedKeyOperationException(
          "no installed JCA provider encrypts RSA-OAEP with "
              + hash
              + ", so an error of the token"
              + " can't be told from a damaged ciphertext",
          e);
    }
  }
}
