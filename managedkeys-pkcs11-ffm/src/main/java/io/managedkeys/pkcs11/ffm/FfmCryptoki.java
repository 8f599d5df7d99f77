package io.managedkeys.pkcs11.ffm;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Cryptoki} over java.lang.foreign. Structures and buffers of an operation live from its
 * {@code C_…Init} to its end, since a module may keep pointers in between.
 */
final class FfmCryptoki implements Cryptoki {

  private static final long CKF_OS_LOCKING_OK = 2;
  private static final long CKF_RW_SESSION = 2;
  private static final long CKF_SERIAL_SESSION = 4;
  private static final long UNAVAILABLE = -1;
  private static final int ATTRIBUTE_GUESS = 1024;

  private final NativeFunctions functions;

  FfmCryptoki(NativeFunctions functions) {
    this.functions = functions;
  }

  /** One native call; what it throws besides an error of ours is a mistake in a descriptor. */
  private interface Call {
    long run() throws Throwable;
  }

  private static long answer(Call call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(String function, Call call) throws CkrException {
    long answer = answer(call);
    if (answer != Ckr.OK) {
      throw new CkrException(function, answer);
    }
  }

  @Override
  public void initialize(@Nullable String parameters) throws CkrException {
    // In the global arena: a module may keep what it was given.
    MemorySegment arguments = Arena.global().allocate(48, 8);
    arguments.set(JAVA_LONG, 32, CKF_OS_LOCKING_OK);
    if (parameters != null) {
      byte[] text = (parameters + '\0').getBytes(StandardCharsets.UTF_8);
      MemorySegment kept = Arena.global().allocate(text.length);
      MemorySegment.copy(text, 0, kept, JAVA_BYTE, 0, text.length);
      arguments.set(JAVA_LONG, 40, kept.address());
    }
    check("C_Initialize", () -> (long) functions.initialize.invokeExact(arguments));
  }

  @Override
  public void finalizeModule() throws CkrException {
    check("C_Finalize", () -> (long) functions.finalizeModule.invokeExact(NULL));
  }

  @Override
  public LibraryInfo info() throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment info = scratch.allocate(96, 8);
      check("C_GetInfo", () -> (long) functions.getInfo.invokeExact(info));
      return new LibraryInfo(
          Structures.version(info, 0),
          Structures.text(info, 2, 32),
          Structures.text(info, 48, 32),
          Structures.version(info, 80));
    }
  }

  /** A list whose length is asked first, because it may grow between the two calls. */
  private interface Listing {
    long run(MemorySegment list, MemorySegment count) throws Throwable;
  }

  private static long[] list(String function, Listing listing) throws CkrException {
    while (true) {
      try (Scratch scratch = Scratch.get()) {
        MemorySegment count = scratch.ulong(0);
        check(function, () -> listing.run(NULL, count));
        long expected = count.get(JAVA_LONG, 0);
        if (expected == 0) {
          return new long[0];
        }
        MemorySegment list = scratch.allocate(8 * expected, 8);
        long answer = answer(() -> listing.run(list, count));
        if (answer == Ckr.BUFFER_TOO_SMALL) {
          continue;
        }
        if (answer != Ckr.OK) {
          throw new CkrException(function, answer);
        }
        return list.asSlice(0, 8 * Math.min(expected, count.get(JAVA_LONG, 0))).toArray(JAVA_LONG);
      }
    }
  }

  @Override
  public long[] slots(boolean tokenPresent) throws CkrException {
    byte present = (byte) (tokenPresent ? 1 : 0);
    return list(
        "C_GetSlotList",
        (list, count) -> (long) functions.getSlotList.invokeExact(present, list, count));
  }

  @Override
  public SlotInfo slotInfo(long slot) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment info = scratch.allocate(112, 8);
      check("C_GetSlotInfo", () -> (long) functions.getSlotInfo.invokeExact(slot, info));
      return new SlotInfo(
          Structures.text(info, 0, 64), Structures.text(info, 64, 32), info.get(JAVA_LONG, 96));
    }
  }

  @Override
  public TokenInfo tokenInfo(long slot) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment info = scratch.allocate(208, 8);
      check("C_GetTokenInfo", () -> (long) functions.getTokenInfo.invokeExact(slot, info));
      return Structures.tokenInfo(info);
    }
  }

  @Override
  public long[] mechanisms(long slot) throws CkrException {
    return list(
        "C_GetMechanismList",
        (list, count) -> (long) functions.getMechanismList.invokeExact(slot, list, count));
  }

  @Override
  public MechanismInfo mechanismInfo(long slot, long mechanism) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment info = scratch.allocate(24, 8);
      check(
          "C_GetMechanismInfo",
          () -> (long) functions.getMechanismInfo.invokeExact(slot, mechanism, info));
      return new MechanismInfo(
          info.get(JAVA_LONG, 0), info.get(JAVA_LONG, 8), info.get(JAVA_LONG, 16));
    }
  }

  @Override
  public long openSession(long slot, boolean readWrite) throws CkrException {
    long flags = CKF_SERIAL_SESSION | (readWrite ? CKF_RW_SESSION : 0);
    try (Scratch scratch = Scratch.get()) {
      MemorySegment session = scratch.ulong(0);
      check(
          "C_OpenSession",
          () -> (long) functions.openSession.invokeExact(slot, flags, NULL, NULL, session));
      return session.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void closeSession(long session) throws CkrException {
    check("C_CloseSession", () -> (long) functions.closeSession.invokeExact(session));
  }

  @Override
  public void closeAllSessions(long slot) throws CkrException {
    check("C_CloseAllSessions", () -> (long) functions.closeAllSessions.invokeExact(slot));
  }

  @Override
  public SessionInfo sessionInfo(long session) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment info = scratch.allocate(32, 8);
      check("C_GetSessionInfo", () -> (long) functions.getSessionInfo.invokeExact(session, info));
      return new SessionInfo(
          info.get(JAVA_LONG, 0), info.get(JAVA_LONG, 8), info.get(JAVA_LONG, 16));
    }
  }

  @Override
  public void login(long session, long userType, byte @Nullable [] pin) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment secret = pin == null ? NULL : scratch.bytes(pin);
      long length = pin == null ? 0 : pin.length;
      check("C_Login", () -> (long) functions.login.invokeExact(session, userType, secret, length));
    }
  }

  @Override
  public void logout(long session) throws CkrException {
    check("C_Logout", () -> (long) functions.logout.invokeExact(session));
  }

  @Override
  public long createObject(long session, List<Attribute> template) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment attributes = Structures.attributes(scratch, template);
      long count = template.size();
      MemorySegment object = scratch.ulong(0);
      check(
          "C_CreateObject",
          () -> (long) functions.createObject.invokeExact(session, attributes, count, object));
      return object.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void destroyObject(long session, long object) throws CkrException {
    check("C_DestroyObject", () -> (long) functions.destroyObject.invokeExact(session, object));
  }

  @Override
  public void setAttributes(long session, long object, List<Attribute> template)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment attributes = Structures.attributes(scratch, template);
      long count = template.size();
      check(
          "C_SetAttributeValue",
          () -> (long) functions.setAttributeValue.invokeExact(session, object, attributes, count));
    }
  }

  @Override
  public byte @Nullable [] bytesAttribute(long session, long object, long type)
      throws CkrException {
    int size = ATTRIBUTE_GUESS;
    while (true) {
      try (Scratch scratch = Scratch.get()) {
        MemorySegment attribute = scratch.allocate(24, 8);
        MemorySegment value = scratch.allocate(size, 8);
        Structures.set(attribute, 0, type, value, size);
        long answer = readAttribute(session, object, attribute);
        if (answer == Ckr.BUFFER_TOO_SMALL) {
          Structures.set(attribute, 0, type, NULL, 0);
          answer = readAttribute(session, object, attribute);
          long needed = attribute.get(JAVA_LONG, 16);
          if (answer == Ckr.OK && needed > size && needed < Integer.MAX_VALUE) {
            size = (int) needed;
            continue;
          }
        }
        if (answer == Ckr.ATTRIBUTE_TYPE_INVALID || answer == Ckr.ATTRIBUTE_SENSITIVE) {
          return null;
        }
        if (answer != Ckr.OK) {
          throw new CkrException("C_GetAttributeValue", answer);
        }
        long length = attribute.get(JAVA_LONG, 16);
        return length == UNAVAILABLE || length == 0
            ? null
            : value.asSlice(0, length).toArray(JAVA_BYTE);
      }
    }
  }

  private long readAttribute(long session, long object, MemorySegment attribute) {
    return answer(
        () -> (long) functions.getAttributeValue.invokeExact(session, object, attribute, 1L));
  }

  /**
   * An attribute of fixed size, into a buffer of exactly that size: into a larger one NSS 3.87 writes
   * a CK_ULONG as it keeps it in its database, in 4 bytes and the other order.
   */
  private byte @Nullable [] fixedAttribute(long session, long object, long type, int size)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment attribute = scratch.allocate(24, 8);
      MemorySegment value = scratch.allocate(size, 8);
      Structures.set(attribute, 0, type, value, size);
      long answer = readAttribute(session, object, attribute);
      if (answer == Ckr.ATTRIBUTE_TYPE_INVALID
          || answer == Ckr.ATTRIBUTE_SENSITIVE
          || answer == Ckr.BUFFER_TOO_SMALL) {
        return null;
      }
      if (answer != Ckr.OK) {
        throw new CkrException("C_GetAttributeValue", answer);
      }
      return attribute.get(JAVA_LONG, 16) == size ? value.toArray(JAVA_BYTE) : null;
    }
  }

  @Override
  public @Nullable Long longAttribute(long session, long object, long type) throws CkrException {
    byte[] value = fixedAttribute(session, object, type, 8);
    return value == null
        ? null
        : MemorySegment.ofArray(value).get(JAVA_LONG.withByteAlignment(1), 0);
  }

  @Override
  public @Nullable Boolean booleanAttribute(long session, long object, long type)
      throws CkrException {
    byte[] value = fixedAttribute(session, object, type, 1);
    return value == null ? null : value[0] != 0;
  }

  @Override
  public long[] findObjects(long session, List<Attribute> template, int maximum)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment attributes = Structures.attributes(scratch, template);
      long length = template.size();
      check(
          "C_FindObjectsInit",
          () -> (long) functions.findObjectsInit.invokeExact(session, attributes, length));
      long[] found = new long[0];
      int batch = Math.min(maximum, 64);
      MemorySegment objects = scratch.allocate(8L * batch, 8);
      MemorySegment count = scratch.ulong(0);
      while (found.length < maximum) {
        long wanted = Math.min(batch, maximum - found.length);
        check(
            "C_FindObjects",
            () -> (long) functions.findObjects.invokeExact(session, objects, wanted, count));
        int more = (int) count.get(JAVA_LONG, 0);
        if (more == 0) {
          break;
        }
        int before = found.length;
        found = Arrays.copyOf(found, before + more);
        MemorySegment.copy(objects, JAVA_LONG, 0, found, before, more);
      }
      check("C_FindObjectsFinal", () -> (long) functions.findObjectsFinal.invokeExact(session));
      return found;
    }
  }

  private static byte[] operation(
      String name,
      MethodHandle init,
      MethodHandle operate,
      long session,
      Mechanism mechanism,
      long key,
      byte[] input,
      int maximumLength,
      BetweenCalls between)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      check("C_" + name + "Init", () -> (long) init.invokeExact(session, structure, key));
      between.run();
      MemorySegment in = scratch.bytes(input);
      long length = input.length;
      MemorySegment out = scratch.allocate(Math.max(1, maximumLength), 8);
      MemorySegment outLength = scratch.ulong(maximumLength);
      long answer = answer(() -> (long) operate.invokeExact(session, in, length, out, outLength));
      if (answer == Ckr.BUFFER_TOO_SMALL) {
        // The operation goes on; the module has said what it needs.
        MemorySegment larger = scratch.allocate(outLength.get(JAVA_LONG, 0), 8);
        check(
            "C_" + name, () -> (long) operate.invokeExact(session, in, length, larger, outLength));
        return larger.asSlice(0, outLength.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      }
      if (answer != Ckr.OK) {
        throw new CkrException("C_" + name, answer);
      }
      return out.asSlice(0, outLength.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    }
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
    return operation(
        "Sign",
        functions.signInit,
        functions.sign,
        session,
        mechanism,
        key,
        data,
        maximumLength,
        between);
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
    return operation(
        "Encrypt",
        functions.encryptInit,
        functions.encrypt,
        session,
        mechanism,
        key,
        plaintext,
        maximumLength,
        between);
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
    return operation(
        "Decrypt",
        functions.decryptInit,
        functions.decrypt,
        session,
        mechanism,
        key,
        ciphertext,
        maximumLength,
        between);
  }

  @Override
  public byte[] wrapKey(
      long session, Mechanism mechanism, long wrappingKey, long key, int maximumLength)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      MemorySegment out = scratch.allocate(maximumLength, 8);
      MemorySegment length = scratch.ulong(maximumLength);
      check(
          "C_WrapKey",
          () ->
              (long)
                  functions.wrapKey.invokeExact(session, structure, wrappingKey, key, out, length));
      return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    }
  }

  @Override
  public long unwrapKey(
      long session,
      Mechanism mechanism,
      long unwrappingKey,
      byte[] wrapped,
      List<Attribute> template)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      MemorySegment in = scratch.bytes(wrapped);
      long length = wrapped.length;
      MemorySegment attributes = Structures.attributes(scratch, template);
      long count = template.size();
      MemorySegment object = scratch.ulong(0);
      check(
          "C_UnwrapKey",
          () ->
              (long)
                  functions.unwrapKey.invokeExact(
                      session, structure, unwrappingKey, in, length, attributes, count, object));
      return object.get(JAVA_LONG, 0);
    }
  }

  @Override
  public long deriveKey(long session, Mechanism mechanism, long baseKey, List<Attribute> template)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      MemorySegment attributes = Structures.attributes(scratch, template);
      long count = template.size();
      MemorySegment object = scratch.ulong(0);
      check(
          "C_DeriveKey",
          () ->
              (long)
                  functions.deriveKey.invokeExact(
                      session, structure, baseKey, attributes, count, object));
      return object.get(JAVA_LONG, 0);
    }
  }

  @Override
  public long generateKey(long session, Mechanism mechanism, List<Attribute> template)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      MemorySegment attributes = Structures.attributes(scratch, template);
      long count = template.size();
      MemorySegment object = scratch.ulong(0);
      check(
          "C_GenerateKey",
          () ->
              (long)
                  functions.generateKey.invokeExact(session, structure, attributes, count, object));
      return object.get(JAVA_LONG, 0);
    }
  }

  @Override
  public long[] generateKeyPair(
      long session,
      Mechanism mechanism,
      List<Attribute> publicTemplate,
      List<Attribute> privateTemplate)
      throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment structure = Structures.mechanism(scratch, mechanism);
      MemorySegment publicAttributes = Structures.attributes(scratch, publicTemplate);
      long publicCount = publicTemplate.size();
      MemorySegment privateAttributes = Structures.attributes(scratch, privateTemplate);
      long privateCount = privateTemplate.size();
      MemorySegment publicKey = scratch.ulong(0);
      MemorySegment privateKey = scratch.ulong(0);
      check(
          "C_GenerateKeyPair",
          () ->
              (long)
                  functions.generateKeyPair.invokeExact(
                      session,
                      structure,
                      publicAttributes,
                      publicCount,
                      privateAttributes,
                      privateCount,
                      publicKey,
                      privateKey));
      return new long[] {publicKey.get(JAVA_LONG, 0), privateKey.get(JAVA_LONG, 0)};
    }
  }

  @Override
  public byte[] random(long session, int length) throws CkrException {
    try (Scratch scratch = Scratch.get()) {
      MemorySegment out = scratch.allocate(Math.max(1, length), 8);
      long wanted = length;
      check(
          "C_GenerateRandom",
          () -> (long) functions.generateRandom.invokeExact(session, out, wanted));
      return out.asSlice(0, length).toArray(JAVA_BYTE);
    }
  }
}
