package io.managedkeys.jca;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.spi.KeyDispatcher;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** One JDK key behind the words of the api, with the permissions and limits that a test asks for. */
class SoftwareKey implements KeyDispatcher {

  final AtomicInteger operations = new AtomicInteger();
  private final UUID id = UUID.randomUUID();
  private final KeyRef ref;
  private final Key key;
  private final KeyInfo info;
  private final Set<Usage> usages;
  private final List<X509Certificate> chain;

  SoftwareKey(String ref, Key key, KeyInfo info, Set<Usage> usages, List<X509Certificate> chain) {
    this.ref = KeyRef.parse(ref);
    this.key = key;
    this.info = info;
    this.usages = EnumSet.copyOf(usages);
    this.chain = List.copyOf(chain);
  }

  ManagedKey managed() {
    return new ManagedKey(this);
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public KeyRef ref() {
    return ref;
  }

  @Override
  public Namespace namespace() {
    return Namespace.ROOT;
  }

  @Override
  public Subject subject() {
    return Subject.identity("test");
  }

  @Override
  public Set<Usage> usages() {
    return usages;
  }

  @Override
  public KeyInfo info(Duration deadline) {
    return info;
  }

  @Override
  public List<X509Certificate> certificateChain(Duration deadline) {
    return chain;
  }

  private interface Work<T> {
    T run() throws GeneralSecurityException;
  }

  private <T> T counted(Work<T> work) {
    operations.incrementAndGet();
    try {
      return work.run();
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException("the software key failed", e);
    }
  }

  private static Provider sun(String name) {
    return Security.getProvider(name);
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, Duration deadline) {
    return counted(
        () -> {
          if (algorithm.scheme().equals(SignatureAlgorithm.RSA_PKCS1)) {
            byte[] info =
                message instanceof Message.Digest digest
                    ? DigestInfo.encode(digest.hash(), digest.bytes())
                    : message.bytes();
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding", sun("SunJCE"));
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher.doFinal(info);
          }
          if (algorithm.scheme().equals(SignatureAlgorithm.ECDSA)) {
            Signature signature = Signature.getInstance("NONEwithECDSA", sun("SunEC"));
            signature.initSign((PrivateKey) key);
            signature.update(message.bytes());
            return signature.sign();
          }
          if (algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS)) {
            return PssPadding.sign(
                (java.security.interfaces.RSAPrivateKey) key, algorithm.hash(), message.bytes());
          }
          Signature signature = Signature.getInstance(algorithm.jcaName(), sun("SunEC"));
          signature.initSign((PrivateKey) key);
          signature.update(message.bytes());
          return signature.sign();
        });
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, Message message, byte[] signature, Duration deadline) {
    throw new UnsupportedKeyOperationException("the provider never asks a key to verify");
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte[] aad,
      byte[] nonce,
      Duration deadline) {
    return counted(
        () -> {
          byte[] iv = nonce;
          if (iv == null) {
            iv = new byte[12];
            new SecureRandom().nextBytes(iv);
          }
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", sun("SunJCE"));
          cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
          if (aad != null) {
            cipher.updateAAD(aad);
          }
          return new GcmMessage(iv, cipher.doFinal(plaintext)).encode();
        });
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] aad, Duration deadline) {
    return counted(
        () -> {
          try {
            if (algorithm.isOaep()) {
              Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", sun("SunJCE"));
              cipher.init(
                  Cipher.DECRYPT_MODE,
                  key,
                  new OAEPParameterSpec(
                      algorithm.hash().name(),
                      "MGF1",
                      new java.security.spec.MGF1ParameterSpec(algorithm.mgfHash().name()),
                      PSource.PSpecified.DEFAULT));
              return cipher.doFinal(ciphertext);
            }
            GcmMessage message = GcmMessage.decode(ciphertext, 12, 16);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", sun("SunJCE"));
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, message.nonce()));
            if (aad != null) {
              cipher.updateAAD(aad);
            }
            return cipher.doFinal(message.sealed());
          } catch (javax.crypto.BadPaddingException e) {
            throw new InvalidCiphertextException("the ciphertext is damaged", e);
          }
        });
  }

  private Cipher keyWrap(WrapAlgorithm algorithm, int mode) throws GeneralSecurityException {
    String name = algorithm.equals(WrapAlgorithm.AES_KW) ? "AES/KW/NoPadding" : "AES/KWP/NoPadding";
    Cipher cipher = Cipher.getInstance(name, sun("SunJCE"));
    cipher.init(mode, key);
    return cipher;
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, Duration deadline) {
    return counted(
        () -> keyWrap(algorithm, Cipher.WRAP_MODE).wrap(new SecretKeySpec(material, "AES")));
  }

  @Override
  public SecretBytes unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, Duration deadline) {
    return counted(
        () -> {
          try {
            return SecretBytes.taking(
                keyWrap(algorithm, Cipher.UNWRAP_MODE)
                    .unwrap(wrapped, "AES", Cipher.SECRET_KEY)
                    .getEncoded());
          } catch (java.security.InvalidKeyException e) {
            throw new InvalidCiphertextException("the wrapped key is damaged", e);
          }
        });
  }

  @Override
  public byte[] wrapKey(WrapAlgorithm algorithm, KeyDispatcher target, Duration deadline) {
    return counted(
        () -> keyWrap(algorithm, Cipher.WRAP_MODE).wrap((SecretKey) ((SoftwareKey) target).key));
  }

  @Override
  public KeyDispatcher unwrapKey(
      WrapAlgorithm algorithm, byte[] wrapped, KeyRef target, KeyType type, Duration deadline) {
    throw new UnsupportedKeyOperationException("no entry to unwrap into");
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, Duration deadline) {
    return counted(
        () -> {
          Mac mac = Mac.getInstance(algorithm.jcaName(), sun("SunJCE"));
          mac.init(key);
          return mac.doFinal(message);
        });
  }

  @Override
  public boolean verifyMac(MacAlgorithm algorithm, byte[] message, byte[] mac, Duration deadline) {
    return MessageDigest.isEqual(mac(algorithm, message, deadline), mac);
  }

  @Override
  public SecretBytes agree(AgreementAlgorithm algorithm, byte[] peerSpki, Duration deadline) {
    return counted(
        () -> {
          KeyAgreement agreement = KeyAgreement.getInstance(algorithm.jcaName(), sun("SunEC"));
          agreement.init(key);
          try {
            String family = algorithm.keyFamily().equals("EC") ? "EC" : "X25519";
            agreement.doPhase(
                KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(peerSpki)),
                true);
          } catch (GeneralSecurityException e) {
            throw new InvalidInputException("the peer's key is not on the same curve", e);
          }
          return SecretBytes.taking(agreement.generateSecret());
        });
  }

  @Override
  public DataKey generateDataKey(int length, byte[] aad, Duration deadline) {
    throw new UnsupportedKeyOperationException("no data keys");
  }

  @Override
  public byte[] random(int length, Duration deadline) {
    return counted(
        () -> {
          byte[] bytes = new byte[length];
          new SecureRandom().nextBytes(bytes);
          return bytes;
        });
  }
}
