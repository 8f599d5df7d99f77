package io.managedkeys.pkcs11.cryptoki;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loaded PKCS#11 module, function by function (PKCS#11 2.40, section 5). Handles, slots and
 * flags are {@code CK_ULONG}s, unsigned. Every method throws {@link CkrException} when the function
 * returns anything but {@code CKR_OK}.
 *
 * <p>Thread-safe as far as the module is: calls may come from any thread, but a session must be used
 * by one thread at a time, which is the caller's duty. The methods for one-shot operations make
 * exactly one {@code C_…Init} and one operation call where the binding can hand over a buffer of
 * its own; {@link CryptokiBinding#asksLengthFirst()} says of a binding that it can't.
 */
public interface Cryptoki {

  /** User type of {@code C_Login}: security officer. */
  long CKU_SO = 0;

  /** User type of {@code C_Login}: the normal user. */
  long CKU_USER = 1;

  /** User type of {@code C_Login}: the operation under way. */
  long CKU_CONTEXT_SPECIFIC = 2;

  /**
   * {@code C_Initialize} with CKF_OS_LOCKING_OK.
   *
   * @param parameters what NSS calls library parameters, handed over in {@code pReserved}; null for
   *     none
   * @throws UnsupportedOperationException if parameters are given and the binding can't pass them
   */
  void initialize(@Nullable String parameters) throws CkrException;

  /** {@code C_Finalize}. Nothing else may run inside the module meanwhile. */
  void finalizeModule() throws CkrException;

  /** {@code C_GetInfo}. */
  LibraryInfo info() throws CkrException;

  /** {@code C_GetSlotList}. */
  long[] slots(boolean tokenPresent) throws CkrException;

  /** {@code C_GetSlotInfo}. */
  SlotInfo slotInfo(long slot) throws CkrException;

  /** {@code C_GetTokenInfo}. */
  TokenInfo tokenInfo(long slot) throws CkrException;

  /** {@code C_GetMechanismList}. */
  long[] mechanisms(long slot) throws CkrException;

  /** {@code C_GetMechanismInfo}. */
  MechanismInfo mechanismInfo(long slot, long mechanism) throws CkrException;

  /** {@code C_OpenSession}. */
  long openSession(long slot, boolean readWrite) throws CkrException;

  /** {@code C_CloseSession}. */
  void closeSession(long session) throws CkrException;

  /** {@code C_CloseAllSessions}: also those of every other user of the module in this process. */
  void closeAllSessions(long slot) throws CkrException;

  /** {@code C_GetSessionInfo}. */
  SessionInfo sessionInfo(long session) throws CkrException;

  /**
   * {@code C_Login}, called once.
   *
   * @param session any session with the token
   * @param userType {@link #CKU_USER}, {@link #CKU_SO} or {@link #CKU_CONTEXT_SPECIFIC}
   * @param pin the PIN's bytes, not changed or kept; null for a protected authentication path
   */
  void login(long session, long userType, byte @Nullable [] pin) throws CkrException;

  /** {@code C_Logout}. */
  void logout(long session) throws CkrException;

  /** {@code C_CreateObject}. */
  long createObject(long session, List<Attribute> template) throws CkrException;

  /** {@code C_DestroyObject}. */
  void destroyObject(long session, long object) throws CkrException;

  /** {@code C_SetAttributeValue}. */
  void setAttributes(long session, long object, List<Attribute> template) throws CkrException;

  /**
   * {@code C_GetAttributeValue} of bytes or text.
   *
   * @return the value, or null if the object has no such attribute or will not reveal it
   */
  byte @Nullable [] bytesAttribute(long session, long object, long type) throws CkrException;

  /**
   * {@code C_GetAttributeValue} of a CK_ULONG.
   *
   * @return the value, or null if the object has no such attribute or will not reveal it
   */
  @Nullable Long longAttribute(long session, long object, long type) throws CkrException;

  /**
   * {@code C_GetAttributeValue} of a CK_BBOOL.
   *
   * @return the value, or null if the object has no such attribute or will not reveal it
   */
  @Nullable Boolean booleanAttribute(long session, long object, long type) throws CkrException;

  /**
   * {@code C_FindObjectsInit}, {@code C_FindObjects} until it has no more or the maximum is reached,
   * and {@code C_FindObjectsFinal}.
   */
  long[] findObjects(long session, List<Attribute> template, int maximum) throws CkrException;

  /**
   * {@code C_SignInit} and {@code C_Sign}; also for MACs.
   *
   * @param maximumLength how long the answer can be, in bytes: a sufficient buffer, so that its
   *     length need not be asked for
   */
  byte[] sign(
      long session,
      Mechanism mechanism,
      long key,
      byte[] data,
      int maximumLength,
      BetweenCalls between)
      throws CkrException;

  /** {@code C_EncryptInit} and {@code C_Encrypt}. */
  byte[] encrypt(
      long session,
      Mechanism mechanism,
      long key,
      byte[] plaintext,
      int maximumLength,
      BetweenCalls between)
      throws CkrException;

  /** {@code C_DecryptInit} and {@code C_Decrypt}. */
  byte[] decrypt(
      long session,
      Mechanism mechanism,
      long key,
      byte[] ciphertext,
      int maximumLength,
      BetweenCalls between)
      throws CkrException;

  /** {@code C_WrapKey}. */
  byte[] wrapKey(long session, Mechanism mechanism, long wrappingKey, long key, int maximumLength)
      throws CkrException;

  /** {@code C_UnwrapKey}. */
  long unwrapKey(
      long session,
      Mechanism mechanism,
      long unwrappingKey,
      byte[] wrapped,
      List<Attribute> template)
      throws CkrException;

  /** {@code C_DeriveKey}. */
  long deriveKey(long session, Mechanism mechanism, long baseKey, List<Attribute> template)
      throws CkrException;

  /** {@code C_GenerateKey}. */
  long generateKey(long session, Mechanism mechanism, List<Attribute> template) throws CkrException;

  /**
   * {@code C_GenerateKeyPair}.
   *
   * @return the public key's handle, then the private key's
   */
  long[] generateKeyPair(
      long session,
      Mechanism mechanism,
      List<Attribute> publicTemplate,
      List<Attribute> privateTemplate)
      throws CkrException;

  /** {@code C_GenerateRandom}. */
  byte[] random(long session, int length) throws CkrException;
}
