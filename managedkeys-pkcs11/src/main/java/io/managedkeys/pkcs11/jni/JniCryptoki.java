package io.managedkeys.pkcs11.jni;

import static io.managedkeys.pkcs11.jni.JniStructures.attributes;
import static io.managedkeys.pkcs11.jni.JniStructures.mechanism;
import static io.managedkeys.pkcs11.jni.JniStructures.text;
import static io.managedkeys.pkcs11.jni.JniStructures.version;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.CK_C_INITIALIZE_ARGS;
import iaik.pkcs.pkcs11.wrapper.CK_INFO;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM_INFO;
import iaik.pkcs.pkcs11.wrapper.CK_SESSION_INFO;
import iaik.pkcs.pkcs11.wrapper.CK_SLOT_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.BetweenCalls;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.LibraryInfo;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.MechanismInfo;
import io.managedkeys.pkcs11.cryptoki.SessionInfo;
import io.managedkeys.pkcs11.cryptoki.SlotInfo;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Cryptoki} over the wrapper's native methods. */
final class JniCryptoki implements Cryptoki {

  private static final long CKF_OS_LOCKING_OK = 2;
  private static final long CKF_RW_SESSION = 2;
  private static final long CKF_SERIAL_SESSION = 4;

  /** Kept for the life of the process: its finalizer would unload the module. */
  private final PKCS11 functions;

  JniCryptoki(PKCS11 functions) {
    this.functions = functions;
  }

  private interface Call<T> {
    T run() throws PKCS11Exception, CkrException;
  }

  private interface Action {
    void run() throws PKCS11Exception;
  }

  private static <T> T call(String function, Call<T> call) throws CkrException {
    try {
      return call.run();
    } catch (PKCS11Exception e) {
      throw new CkrException(function, e.getErrorCode());
    }
  }

  private static void run(String function, Action action) throws CkrException {
    try {
      action.run();
    } catch (PKCS11Exception e) {
      throw new CkrException(function, e.getErrorCode());
    }
  }

  @Override
  public void initialize(@Nullable String parameters) throws CkrException {
    if (parameters != null) {
      throw new UnsupportedOperationException(
          "the jni binding can't pass initialisation parameters; use the ffm binding (JDK 22+)");
    }
    CK_C_INITIALIZE_ARGS arguments = new CK_C_INITIALIZE_ARGS();
    arguments.flags = CKF_OS_LOCKING_OK;
    run("C_Initialize", () -> functions.C_Initialize(arguments, true));
  }

  @Override
  public void finalizeModule() throws CkrException {
    run("C_Finalize", () -> functions.C_Finalize(null));
  }

  @Override
  public LibraryInfo info() throws CkrException {
    CK_INFO info = call("C_GetInfo", functions::C_GetInfo);
    return new LibraryInfo(
        version(info.cryptokiVersion),
        text(info.manufacturerID),
        text(info.libraryDescription),
        version(info.libraryVersion));
  }

  @Override
  public long[] slots(boolean tokenPresent) throws CkrException {
    return call("C_GetSlotList", () -> functions.C_GetSlotList(tokenPresent));
  }

  @Override
  public SlotInfo slotInfo(long slot) throws CkrException {
    CK_SLOT_INFO info = call("C_GetSlotInfo", () -> functions.C_GetSlotInfo(slot));
    return new SlotInfo(text(info.slotDescription), text(info.manufacturerID), info.flags);
  }

  @Override
  public TokenInfo tokenInfo(long slot) throws CkrException {
    return JniStructures.tokenInfo(call("C_GetTokenInfo", () -> functions.C_GetTokenInfo(slot)));
  }

  @Override
  public long[] mechanisms(long slot) throws CkrException {
    return call("C_GetMechanismList", () -> functions.C_GetMechanismList(slot));
  }

  @Override
  public MechanismInfo mechanismInfo(long slot, long mechanism) throws CkrException {
    CK_MECHANISM_INFO info =
        call("C_GetMechanismInfo", () -> functions.C_GetMechanismInfo(slot, mechanism));
    return new MechanismInfo(info.ulMinKeySize, info.ulMaxKeySize, info.flags);
  }

  @Override
  public long openSession(long slot, boolean readWrite) throws CkrException {
    long flags = CKF_SERIAL_SESSION | (readWrite ? CKF_RW_SESSION : 0);
    return call("C_OpenSession", () -> functions.C_OpenSession(slot, flags, null, null));
  }

  @Override
  public void closeSession(long session) throws CkrException {
    run("C_CloseSession", () -> functions.C_CloseSession(session));
  }

  @Override
  public void closeAllSessions(long slot) throws CkrException {
    run("C_CloseAllSessions", () -> functions.C_CloseAllSessions(slot));
  }

  @Override
  public SessionInfo sessionInfo(long session) throws CkrException {
    CK_SESSION_INFO info = call("C_GetSessionInfo", () -> functions.C_GetSessionInfo(session));
    return new SessionInfo(info.slotID, info.state, info.flags);
  }

  @Override
  public void login(long session, long userType, byte @Nullable [] pin) throws CkrException {
    // With its UTF-8 flag unset the wrapper passes the low byte of each char: exactly our bytes.
    byte[] bytes = pin == null ? new byte[0] : pin;
    char[] chars = new char[bytes.length];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (bytes[i] & 0xFF);
    }
    try {
      run("C_Login", () -> functions.C_Login(session, userType, pin == null ? null : chars, false));
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  @Override
  public void logout(long session) throws CkrException {
    run("C_Logout", () -> functions.C_Logout(session));
  }

  @Override
  public long createObject(long session, List<Attribute> template) throws CkrException {
    return call(
        "C_CreateObject", () -> functions.C_CreateObject(session, attributes(template), false));
  }

  @Override
  public void destroyObject(long session, long object) throws CkrException {
    run("C_DestroyObject", () -> functions.C_DestroyObject(session, object));
  }

  @Override
  public void setAttributes(long session, long object, List<Attribute> template)
      throws CkrException {
    run(
        "C_SetAttributeValue",
        () -> functions.C_SetAttributeValue(session, object, attributes(template), false));
  }

  private @Nullable Object attribute(long session, long object, long type) throws CkrException {
    CK_ATTRIBUTE[] one = {new CK_ATTRIBUTE()};
    one[0].type = type;
    try {
      run("C_GetAttributeValue", () -> functions.C_GetAttributeValue(session, object, one, true));
      return one[0].pValue;
    } catch (CkrException e) {
      if (e.is(Ckr.ATTRIBUTE_TYPE_INVALID, Ckr.ATTRIBUTE_SENSITIVE)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public byte @Nullable [] bytesAttribute(long session, long object, long type)
      throws CkrException {
    return JniStructures.bytes(attribute(session, object, type));
  }

  @Override
  public @Nullable Long longAttribute(long session, long object, long type) throws CkrException {
    return attribute(session, object, type) instanceof Long value ? value : null;
  }

  @Override
  public @Nullable Boolean booleanAttribute(long session, long object, long type)
      throws CkrException {
    return attribute(session, object, type) instanceof Boolean value ? value : null;
  }

  @Override
  public long[] findObjects(long session, List<Attribute> template, int maximum)
      throws CkrException {
    run(
        "C_FindObjectsInit",
        () -> functions.C_FindObjectsInit(session, attributes(template), false));
    long[] found = new long[0];
    while (found.length < maximum) {
      int wanted = maximum - found.length;
      long[] more = call("C_FindObjects", () -> functions.C_FindObjects(session, wanted));
      if (more.length == 0) {
        break;
      }
      int before = found.length;
      found = Arrays.copyOf(found, before + more.length);
      System.arraycopy(more, 0, found, before, more.length);
    }
    run("C_FindObjectsFinal", () -> functions.C_FindObjectsFinal(session));
    return found;
  }

  @Override
  public byte[] sign(
      long session,
      Mechanism mechanism,
      long key,
      byte[] data,
      int maximumLength,
      BetweenCalls between)
      throws CkrException {
    run("C_SignInit", () -> functions.C_SignInit(session, mechanism(mechanism), key, false));
    between.run();
    return call("C_Sign", () -> functions.C_Sign(session, data));
  }

  @Override
  public byte[] encrypt(
      long session,
      Mechanism mechanism,
      long key,
      byte[] plaintext,
      int maximumLength,
      BetweenCalls between)
      throws CkrException {
    run("C_EncryptInit", () -> functions.C_EncryptInit(session, mechanism(mechanism), key, false));
    between.run();
    if (plaintext.length == 0) {
      // The wrapper turns an empty array into a null pointer, which modules take for a mistake.
      return call("C_EncryptFinal", () -> functions.C_EncryptFinal(session));
    }
    return call("C_Encrypt", () -> functions.C_Encrypt(session, plaintext));
  }

  @Override
  public byte[] decrypt(
      long session,
      Mechanism mechanism,
      long key,
      byte[] ciphertext,
      int maximumLength,
      BetweenCalls between)
      throws CkrException {
    run("C_DecryptInit", () -> functions.C_DecryptInit(session, mechanism(mechanism), key, false));
    between.run();
    byte[] plaintext = call("C_Decrypt", () -> functions.C_Decrypt(session, ciphertext));
    return plaintext == null ? new byte[0] : plaintext;
  }

  @Override
  public byte[] wrapKey(
      long session, Mechanism mechanism, long wrappingKey, long key, int maximumLength)
      throws CkrException {
    return call(
        "C_WrapKey",
        () -> functions.C_WrapKey(session, mechanism(mechanism), wrappingKey, key, false));
  }

  @Override
  public long unwrapKey(
      long session,
      Mechanism mechanism,
      long unwrappingKey,
      byte[] wrapped,
      List<Attribute> template)
      throws CkrException {
    return call(
        "C_UnwrapKey",
        () ->
            functions.C_UnwrapKey(
                session,
                mechanism(mechanism),
                unwrappingKey,
                wrapped,
                attributes(template),
                false));
  }

  @Override
  public long deriveKey(long session, Mechanism mechanism, long baseKey, List<Attribute> template)
      throws CkrException {
    return call(
        "C_DeriveKey",
        () ->
            functions.C_DeriveKey(
                session, mechanism(mechanism), baseKey, attributes(template), false));
  }

  @Override
  public long generateKey(long session, Mechanism mechanism, List<Attribute> template)
      throws CkrException {
    return call(
        "C_GenerateKey",
        () -> functions.C_GenerateKey(session, mechanism(mechanism), attributes(template), false));
  }

  @Override
  public long[] generateKeyPair(
      long session,
      Mechanism mechanism,
      List<Attribute> publicTemplate,
      List<Attribute> privateTemplate)
      throws CkrException {
    return call(
        "C_GenerateKeyPair",
        () ->
            functions.C_GenerateKeyPair(
                session,
                mechanism(mechanism),
                attributes(publicTemplate),
                attributes(privateTemplate),
                false));
  }

  @Override
  public byte[] random(long session, int length) throws CkrException {
    byte[] bytes = new byte[length];
    run("C_GenerateRandom", () -> functions.C_GenerateRandom(session, bytes));
    return bytes;
  }
}
