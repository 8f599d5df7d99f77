package io.managedkeys.spi;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The registry's chain of calls for one key and one subject, behind {@link
 * io.managedkeys.ManagedKey}, whose methods say what each operation takes and gives. Implemented by
 * the registry alone. In every method a null deadline means the backend's own.
 */
public interface KeyDispatcher {

  /**
   * The entry's id.
   *
   * @return the id
   */
  UUID id();

  /**
   * The entry's name.
   *
   * @return the name
   */
  KeyRef ref();

  /**
   * Where the entry is.
   *
   * @return the namespace
   */
  Namespace namespace();

  /**
   * Who uses the key.
   *
   * @return the subject
   */
  Subject subject();

  /**
   * What entry and grants allow now.
   *
   * @return the usages
   */
  Set<Usage> usages();

  /**
   * What is known of the key.
   *
   * @param deadline the call's deadline, or null
   * @return the description
   */
  KeyInfo info(@Nullable Duration deadline);

  /**
   * The certificate chain.
   *
   * @param deadline the call's deadline, or null
   * @return the chain, leaf first
   */
  List<X509Certificate> certificateChain(@Nullable Duration deadline);

  /**
   * Signs.
   *
   * @param algorithm the algorithm
   * @param message the message
   * @param deadline the call's deadline, or null
   * @return the signature
   */
  byte[] sign(SignatureAlgorithm algorithm, Message message, @Nullable Duration deadline);

  /**
   * Verifies.
   *
   * @param algorithm the algorithm
   * @param message the message
   * @param signature the signature
   * @param deadline the call's deadline, or null
   * @return whether it is right
   */
  boolean verify(
      SignatureAlgorithm algorithm, Message message, byte[] signature, @Nullable Duration deadline);

  /**
   * Encrypts.
   *
   * @param algorithm the algorithm
   * @param plaintext the plaintext
   * @param aad associated data, or null
   * @param nonce the caller's nonce, or null
   * @param deadline the call's deadline, or null
   * @return the ciphertext
   */
  byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      @Nullable Duration deadline);

  /**
   * Decrypts.
   *
   * @param algorithm the algorithm
   * @param ciphertext the ciphertext
   * @param aad associated data, or null
   * @param deadline the call's deadline, or null
   * @return the plaintext
   */
  byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      @Nullable Duration deadline);

  /**
   * Wraps material.
   *
   * @param algorithm the algorithm
   * @param material the material
   * @param deadline the call's deadline, or null
   * @return the wrapped material
   */
  byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, @Nullable Duration deadline);

  /**
   * Unwraps material.
   *
   * @param algorithm the algorithm
   * @param wrapped the wrapped material
   * @param deadline the call's deadline, or null
   * @return the material
   */
  SecretBytes unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, @Nullable Duration deadline);

  /**
   * Wraps another key of the same backend.
   *
   * @param algorithm the algorithm
   * @param target the key to wrap
   * @param deadline the call's deadline, or null
   * @return the wrapped key
   */
  byte[] wrapKey(WrapAlgorithm algorithm, KeyDispatcher target, @Nullable Duration deadline);

  /**
   * Unwraps a key into the same backend.
   *
   * @param algorithm the algorithm
   * @param wrapped the wrapped key
   * @param target the entry that gets the key
   * @param type the type of the wrapped key
   * @param deadline the call's deadline, or null
   * @return the target
   */
  KeyDispatcher unwrapKey(
      WrapAlgorithm algorithm,
      byte[] wrapped,
      KeyRef target,
      KeyType type,
      @Nullable Duration deadline);

  /**
   * Computes a MAC.
   *
   * @param algorithm the algorithm
   * @param message the message
   * @param deadline the call's deadline, or null
   * @return the code
   */
  byte[] mac(MacAlgorithm algorithm, byte[] message, @Nullable Duration deadline);

  /**
   * Checks a MAC.
   *
   * @param algorithm the algorithm
   * @param message the message
   * @param mac the code
   * @param deadline the call's deadline, or null
   * @return whether it is right
   */
  boolean verifyMac(
      MacAlgorithm algorithm, byte[] message, byte[] mac, @Nullable Duration deadline);

  /**
   * Agrees on a secret.
   *
   * @param algorithm the algorithm
   * @param peerSpki the peer's SubjectPublicKeyInfo
   * @param deadline the call's deadline, or null
   * @return the raw shared secret
   */
  SecretBytes agree(AgreementAlgorithm algorithm, byte[] peerSpki, @Nullable Duration deadline);

  /**
   * Makes a data key.
   *
   * @param length its length in bytes
   * @param aad associated data, or null
   * @param deadline the call's deadline, or null
   * @return the data key
   */
  DataKey generateDataKey(int length, byte @Nullable [] aad, @Nullable Duration deadline);

  /**
   * Random bytes.
   *
   * @param length how many
   * @param deadline the call's deadline, or null
   * @return the bytes
   */
  byte[] random(int length, @Nullable Duration deadline);
}
