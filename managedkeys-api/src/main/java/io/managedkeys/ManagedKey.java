package io.managedkeys;

import io.managedkeys.spi.KeyDispatcher;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One key that stays in its backend, as one subject may use it.
 *
 * <p>Every operation goes through the registry's one chain (audit, authorisation, metrics, circuit,
 * bounds, deadline, retry) and may throw, besides what each method names:
 *
 * <ul>
 *   <li>{@link UsageDeniedException} if the entry does not allow the usage or the algorithm,
 *   <li>{@link GrantMissingException} if the subject's grant does not, or was revoked,
 *   <li>{@link UnsupportedKeyOperationException} if backend or key cannot do it,
 *   <li>{@link InvalidInputException} if the input is over a limit or of the wrong form,
 *   <li>{@link KeyNotFoundException}, {@link AmbiguousKeyException}, {@link KeyStateException} or {@link
 *       IdentityChangedException} about the key,
 *   <li>{@link BackendAuthenticationException}, {@link BackendUnavailableException} or {@link
 *       ThrottledException} about its backend.
 * </ul>
 *
 * <p>The calls are synchronous; the instances are immutable and thread-safe, and safe on virtual
 * threads. They hold no remote resource and need not be closed.
 */
public final class ManagedKey {

  private final KeyDispatcher dispatcher;
  private final @Nullable Duration deadline;

  /**
   * For the registry only: a key is had from {@link KeyAccess}.
   *
   * @param dispatcher the registry's chain for this key and subject
   */
  public ManagedKey(KeyDispatcher dispatcher) {
    this(dispatcher, null);
  }

  private ManagedKey(KeyDispatcher dispatcher, @Nullable Duration deadline) {
    this.dispatcher = dispatcher;
    this.deadline = deadline;
  }

  /**
   * The same key with another deadline for each call instead of the backend's.
   *
   * @param deadline the longest time that a call may take, retries included
   * @return the key
   * @throws InvalidInputException if the time is not positive
   */
  public ManagedKey within(Duration deadline) {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new InvalidInputException("a deadline must be positive");
    }
    return new ManagedKey(dispatcher, deadline);
  }

  /**
   * The entry's id, which survives renaming.
   *
   * @return the id
   */
  public UUID id() {
    return dispatcher.id();
  }

  /**
   * The entry's name.
   *
   * @return {@code backend:key}
   */
  public KeyRef ref() {
    return dispatcher.ref();
  }

  /**
   * Where the entry is.
   *
   * @return the namespace
   */
  public Namespace namespace() {
    return dispatcher.namespace();
  }

  /**
   * The usages that both the entry and the subject's grants allow at this moment.
   *
   * @return the usages
   */
  public Set<Usage> usages() {
    return dispatcher.usages();
  }

  /**
   * What is known of the key, narrowed to the algorithms that the entry permits. Asks the backend
   * when it was never asked.
   *
   * @return the description
   */
  public KeyInfo info() {
    return dispatcher.info(deadline);
  }

  /**
   * The key's type.
   *
   * @return the type
   */
  public KeyType type() {
    return info().type();
  }

  /**
   * The public key as a JCA object.
   *
   * @return the key
   * @throws UnsupportedKeyOperationException for secret keys
   */
  public PublicKey publicKey() {
    return info().publicKey();
  }

  /**
   * The certificate chain of the key: what the entry names, else what lies beside the key in its
   * backend; leaf first.
   *
   * @return the chain, empty when there is none
   */
  public List<X509Certificate> certificateChain() {
    return dispatcher.certificateChain(deadline);
  }

  /**
   * Signs. A whole message is hashed here where the algorithm begins with a hash, so it may be of any
   * length; where it does not (Ed25519, ML-DSA), the backend's limit holds.
   *
   * @param algorithm how to sign
   * @param message the message, its digest by the algorithm's hash, or an external mu
   * @return the signature in the form that {@link SignatureAlgorithm} states
   * @throws InvalidInputException if a digest is of another hash, or a message over the limit
   */
  public byte[] sign(SignatureAlgorithm algorithm, Message message) {
    return dispatcher.sign(algorithm, message, deadline);
  }

  /**
   * Signs a whole message.
   *
   * @param algorithm how to sign
   * @param message the message
   * @return the signature in the form that {@link SignatureAlgorithm} states
   */
  public byte[] sign(SignatureAlgorithm algorithm, byte[] message) {
    return sign(algorithm, Message.of(message));
  }

  /**
   * Verifies a signature, in this process where the public key and a JCA provider are at hand.
   *
   * @param algorithm how it was signed
   * @param message the message, its digest, or an external mu
   * @param signature the signature in the form that {@link SignatureAlgorithm} states
   * @return whether the signature is right; a malformed one is not
   */
  public boolean verify(SignatureAlgorithm algorithm, Message message, byte[] signature) {
    return dispatcher.verify(algorithm, message, signature, deadline);
  }

  /**
   * Verifies a signature over a whole message.
   *
   * @param algorithm how it was signed
   * @param message the message
   * @param signature the signature in the form that {@link SignatureAlgorithm} states
   * @return whether the signature is right; a malformed one is not
   */
  public boolean verify(SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
    return verify(algorithm, Message.of(message), signature);
  }

  /**
   * Encrypts; with a public key in this process, without a remote call.
   *
   * @param algorithm how to encrypt
   * @param plaintext at most as long as {@link KeyLimits#plaintext()} or the RSA padding allows
   * @return the ciphertext in the form that {@link EncryptionAlgorithm} states
   */
  public byte[] encrypt(EncryptionAlgorithm algorithm, byte[] plaintext) {
    return encrypt(algorithm, plaintext, null);
  }

  /**
   * Encrypts and authenticates associated data with it.
   *
   * @param algorithm how to encrypt
   * @param plaintext at most as long as {@link KeyLimits#plaintext()} or the RSA padding allows
   * @param aad associated data, needed again to decrypt; null for none
   * @return the ciphertext in the form that {@link EncryptionAlgorithm} states
   * @throws UnsupportedKeyOperationException if there is associated data and the algorithm takes none
   */
  public byte[] encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, byte @Nullable [] aad) {
    return dispatcher.encrypt(algorithm, plaintext, aad, null, deadline);
  }

  /**
   * Encrypts with the caller's own nonce, which must never be used twice with one key.
   *
   * @param algorithm how to encrypt
   * @param plaintext at most as long as {@link KeyLimits#plaintext()} allows
   * @param aad associated data, or null for none
   * @param nonce as long as {@link EncryptionAlgorithm#nonceLength()} says
   * @return the ciphertext in the form that {@link EncryptionAlgorithm} states
   * @throws UnsupportedKeyOperationException if the backend makes the nonce itself
   */
  public byte[] encrypt(
      EncryptionAlgorithm algorithm, byte[] plaintext, byte @Nullable [] aad, byte[] nonce) {
    return dispatcher.encrypt(algorithm, plaintext, aad, nonce, deadline);
  }

  /**
   * Decrypts.
   *
   * @param algorithm how it was encrypted
   * @param ciphertext the ciphertext
   * @return the plaintext, which the caller wipes when it is secret
   * @throws InvalidCiphertextException if it is damaged or was made otherwise; nothing was released
   */
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext) {
    return decrypt(algorithm, ciphertext, null);
  }

  /**
   * Decrypts what was encrypted with associated data.
   *
   * @param algorithm how it was encrypted
   * @param ciphertext the ciphertext
   * @param aad the same associated data, or null for none
   * @return the plaintext, which the caller wipes when it is secret
   * @throws InvalidCiphertextException if it is damaged, was made otherwise or the associated data
   *     differs; nothing was released
   */
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, byte @Nullable [] aad) {
    return dispatcher.decrypt(algorithm, ciphertext, aad, deadline);
  }

  /**
   * Wraps key material that is in the caller's hands.
   *
   * @param algorithm how to wrap
   * @param material the material: raw for secret keys, PKCS #8 for private keys
   * @return the wrapped material
   */
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material) {
    return dispatcher.wrapBytes(algorithm, material, deadline);
  }

  /**
   * Unwraps key material into the caller's hands.
   *
   * @param algorithm how it was wrapped
   * @param wrapped the wrapped material
   * @return the material; close it to wipe it
   * @throws InvalidCiphertextException if it is damaged or was wrapped otherwise
   */
  public SecretBytes unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped) {
    return dispatcher.unwrapBytes(algorithm, wrapped, deadline);
  }

  /**
   * Wraps another key of the same backend, handle to handle; its material is never in this process,
   * unless the backend keeps its keys here.
   *
   * @param algorithm how to wrap
   * @param target the key to wrap, which its backend must let out
   * @return the wrapped key
   * @throws InvalidInputException if the target is a key of another backend
   */
  public byte[] wrapKey(WrapAlgorithm algorithm, ManagedKey target) {
    return dispatcher.wrapKey(algorithm, target.dispatcher, deadline);
  }

  /**
   * Unwraps a key into the same backend, handle to handle, where it becomes the key of an entry that
   * exists already, has none yet and allows storing one ({@code allow-store-key}).
   *
   * @param algorithm how it was wrapped
   * @param wrapped the wrapped key
   * @param target the entry that gets the key
   * @param type the type of the wrapped key
   * @return the target, now with its key
   * @throws ConflictException if the target has a key already
   */
  public ManagedKey unwrapKey(
      WrapAlgorithm algorithm, byte[] wrapped, KeyRef target, KeyType type) {
    return new ManagedKey(
        dispatcher.unwrapKey(algorithm, wrapped, target, type, deadline), deadline);
  }

  /**
   * Computes a message authentication code of full length.
   *
   * @param algorithm the code
   * @param message the message
   * @return the code
   */
  public byte[] mac(MacAlgorithm algorithm, byte[] message) {
    return dispatcher.mac(algorithm, message, deadline);
  }

  /**
   * Checks a message authentication code of full length.
   *
   * @param algorithm the code
   * @param message the message
   * @param mac the code to check
   * @return whether it is right
   */
  public boolean verifyMac(MacAlgorithm algorithm, byte[] message, byte[] mac) {
    return dispatcher.verifyMac(algorithm, message, mac, deadline);
  }

  /**
   * Agrees on a shared secret. The peer's point is checked to lie on the curve and an all-zero result
   * is refused.
   *
   * @param algorithm the agreement
   * @param peer the peer's public key on the same curve
   * @return the raw shared secret at its fixed width, to be put through a key derivation function;
   *     close it to wipe it
   * @throws InvalidInputException if the peer's key is not a valid key on the same curve
   */
  public SecretBytes agree(AgreementAlgorithm algorithm, PublicKey peer) {
    byte[] spki = peer.getEncoded();
    if (spki == null) {
      throw new InvalidInputException("the peer's key does not give its SubjectPublicKeyInfo");
    }
    return dispatcher.agree(algorithm, spki, deadline);
  }

  /**
   * Makes a data key: inside the service where it can, else from this process's random source and
   * then encrypted by this key. Needs the usage encrypt.
   *
   * @param length 16 to 64 bytes
   * @param aad associated data bound to the wrapped form, or null
   * @return the data key
   */
  public DataKey generateDataKey(int length, byte @Nullable [] aad) {
    return dispatcher.generateDataKey(length, aad, deadline);
  }

  /**
   * Random bytes from the key's backend. Needs the usage random.
   *
   * @param length the number of bytes, 1 to 65,536
   * @return the bytes
   */
  public byte[] random(int length) {
    return dispatcher.random(length, deadline);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ManagedKey key
        && dispatcher.id().equals(key.dispatcher.id())
        && dispatcher.subject().equals(key.dispatcher.subject());
  }

  @Override
  public int hashCode() {
    return dispatcher.id().hashCode();
  }

  @Override
  public String toString() {
    return namespace() + " " + ref();
  }
}
