package io.managedkeys.pkcs11;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Makes a key of each type on a token and does everything the key claims, checked by the JDK. What
 * works, what the token refuses and what is wrong are three different lists; the third must be empty.
 */
final class Exercise {

  private static final byte[] DATA = "exercise".getBytes(StandardCharsets.UTF_8);

  final Set<String> works = new TreeSet<>();
  final Set<String> refused = new TreeSet<>();
  final Set<String> wrong = new TreeSet<>();

  private final Pkcs11Backend backend;
  private int number;

  Exercise(Pkcs11Backend backend) {
    this.backend = backend;
  }

  private interface Act {
    boolean run() throws Exception;
  }

  private void attempt(String what, Act act) {
    try {
      (act.run() ? works : wrong).add(what);
    } catch (UnsupportedKeyOperationException e) {
      refused.add(what);
    } catch (Exception e) {
      wrong.add(what + ": " + e);
    }
  }

  /** Makes a key, or notes that the token doesn't make such. */
  private Pkcs11Key key(KeyType type, Usage... usages) {
    try {
      return TestBackend.generate(
          backend, "x" + ++number, type, Set.of(usages), "key-id", String.format("%04x", number));
    } catch (UnsupportedKeyOperationException e) {
      refused.add(
          "generate "
              + type
              + " ("
              + (e.serviceCode() == null ? e.getMessage() : e.serviceCode())
              + ")");
      return null;
    } catch (ManagedKeyException e) {
      wrong.add("generate " + type + ": " + e);
      return null;
    }
  }

  Exercise everything() {
    for (KeyType type :
        List.of(
            KeyType.RSA_2048, KeyType.EC_P256, KeyType.EC_P384, KeyType.EC_P521, KeyType.ED25519)) {
      Pkcs11Key key = key(type, Usage.SIGN, Usage.VERIFY);
      if (key != null) {
        sign(key);
      }
    }
    Pkcs11Key rsa = key(KeyType.RSA_2048, Usage.ENCRYPT, Usage.DECRYPT);
    if (rsa != null) {
      oaep(rsa);
    }
    Pkcs11Key ec = key(KeyType.EC_P256, Usage.AGREE);
    if (ec != null) {
      agree(ec);
    }
    Pkcs11Key aes = key(KeyType.AES_256, Usage.ENCRYPT, Usage.DECRYPT);
    if (aes != null) {
      encrypt(aes);
    }
    Pkcs11Key kek = key(KeyType.AES_256, Usage.WRAP, Usage.UNWRAP);
    if (kek != null) {
      wrap(kek);
    }
    Pkcs11Key hmac = key(KeyType.hmac(HashAlgorithm.SHA256), Usage.MAC);
    if (hmac != null) {
      mac(hmac);
    }
    return this;
  }

  private void sign(Pkcs11Key key) {
    Signing signing = key.capability(Signing.class).orElse(null);
    if (signing == null) {
      refused.add("sign " + key.info().type());
      return;
    }
    for (SignatureAlgorithm algorithm : key.info().signatureAlgorithms()) {
      if (algorithm.hash() == null && !algorithm.equals(SignatureAlgorithm.ED25519)) {
        continue;
      }
      attempt(
          algorithm + " " + key.info().type(),
          () -> {
            HashAlgorithm hash = algorithm.hash();
            boolean digest = signing.accepts(algorithm).contains(MessageForm.DIGEST);
            byte[] signature =
                signing.sign(
                    algorithm,
                    digest && hash != null
                        ? Message.digest(hash, hash.digest(DATA))
                        : Message.of(DATA),
                    TestBackend.soon());
            Signature verifier = Signature.getInstance(algorithm.jcaName());
            if (algorithm.jcaParameters() != null) {
              verifier.setParameter(algorithm.jcaParameters());
            }
            verifier.initVerify(key.info().publicKey());
            verifier.update(DATA);
            return verifier.verify(
                algorithm.scheme().equals(SignatureAlgorithm.ECDSA)
                    ? EcdsaSignature.toDer(signature)
                    : signature);
          });
    }
  }

  private void oaep(Pkcs11Key key) {
    Decrypting decrypting = key.capability(Decrypting.class).orElse(null);
    if (decrypting == null) {
      refused.add("RSA_OAEP");
      return;
    }
    for (EncryptionAlgorithm algorithm : key.info().encryptionAlgorithms()) {
      attempt(
          algorithm.name(),
          () -> {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                Cipher.ENCRYPT_MODE,
                key.info().publicKey(),
                new OAEPParameterSpec(
                    algorithm.hash().name(),
                    "MGF1",
                    new MGF1ParameterSpec(algorithm.mgfHash().name()),
                    PSource.PSpecified.DEFAULT));
            byte[] ciphertext = cipher.doFinal(DATA);
            boolean opened =
                Arrays.equals(DATA, decrypting.decrypt(algorithm, ciphertext, TestBackend.soon()));
            ciphertext[9] ^= 1;
            return opened
                && isRefused(() -> decrypting.decrypt(algorithm, ciphertext, TestBackend.soon()));
          });
    }
  }

  private static boolean isRefused(Runnable damaged) {
    try {
      damaged.run();
      return false;
    } catch (InvalidCiphertextException e) {
      return true;
    }
  }

  private void agree(Pkcs11Key key) {
    Agreeing agreeing = key.capability(Agreeing.class).orElse(null);
    if (agreeing == null) {
      refused.add("ECDH");
      return;
    }
    attempt(
        "ECDH " + key.info().type(),
        () -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec("secp256r1"));
          KeyPair peer = generator.generateKeyPair();
          KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
          agreement.init(peer.getPrivate());
          agreement.doPhase(key.info().publicKey(), true);
          return Arrays.equals(
              agreement.generateSecret(),
              agreeing.agree(
                  AgreementAlgorithm.ECDH, peer.getPublic().getEncoded(), TestBackend.soon()));
        });
  }

  private void encrypt(Pkcs11Key key) {
    SecretEncrypting encrypting = key.capability(SecretEncrypting.class).orElse(null);
    if (encrypting == null) {
      refused.add("AES encryption");
      return;
    }
    for (EncryptionAlgorithm algorithm : key.info().encryptionAlgorithms()) {
      attempt(
          algorithm.name(),
          () -> {
            boolean gcm = algorithm.takesAad();
            byte[] aad = gcm ? new byte[] {1} : null;
            for (byte[] plaintext : new byte[][] {DATA, new byte[16], new byte[5000]}) {
              byte[] sealed =
                  encrypting.encrypt(
                      algorithm,
                      plaintext,
                      aad,
                      new byte[algorithm.nonceLength()],
                      TestBackend.soon());
              if (!Arrays.equals(
                  plaintext, encrypting.decrypt(algorithm, sealed, aad, TestBackend.soon()))) {
                return false;
              }
              sealed[sealed.length - 1] ^= 1;
              if (gcm
                  && !isRefused(
                      () -> encrypting.decrypt(algorithm, sealed, aad, TestBackend.soon()))) {
                return false;
              }
            }
            return true;
          });
    }
  }

  private void wrap(Pkcs11Key key) {
    WrapBytes wrapping = key.capability(WrapBytes.class).orElse(null);
    if (wrapping == null) {
      refused.add("AES key wrap");
      return;
    }
    for (WrapAlgorithm algorithm : key.info().wrapAlgorithms()) {
      attempt(
          algorithm.name(),
          () -> {
            byte[] material = new byte[32];
            Arrays.fill(material, (byte) 6);
            byte[] wrapped = wrapping.wrapBytes(algorithm, material, TestBackend.soon());
            boolean length =
                wrapped.length == (algorithm.equals(WrapAlgorithm.AES_KW_PKCS5) ? 48 : 40);
            boolean same =
                Arrays.equals(
                    material, wrapping.unwrapBytes(algorithm, wrapped, TestBackend.soon()));
            wrapped[7] ^= 1;
            return length
                && same
                && isRefused(() -> wrapping.unwrapBytes(algorithm, wrapped, TestBackend.soon()));
          });
    }
  }

  private void mac(Pkcs11Key key) {
    Macing macing = key.capability(Macing.class).orElse(null);
    if (macing == null) {
      refused.add("HMAC");
      return;
    }
    for (MacAlgorithm algorithm : key.info().macAlgorithms()) {
      attempt(
          algorithm.name(),
          () ->
              Arrays.equals(
                      macing.mac(algorithm, DATA, TestBackend.soon()),
                      macing.mac(algorithm, DATA, TestBackend.soon()))
                  && !Arrays.equals(
                      macing.mac(algorithm, DATA, TestBackend.soon()),
                      macing.mac(algorithm, new byte[1], TestBackend.soon())));
    }
  }

  @Override
  public String toString() {
    return "\n  works   " + works + "\n  refused " + refused + "\n  wrong   " + wrong;
  }
}
