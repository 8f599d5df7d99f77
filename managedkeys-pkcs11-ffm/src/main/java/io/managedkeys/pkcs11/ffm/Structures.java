package io.managedkeys.pkcs11.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cryptoki's structures in the layout of LP64 systems: everything 8 bytes wide and aligned. */
final class Structures {

  private static final long CKZ_DATA_SPECIFIED = 1;
  private static final long CKD_NULL = 1;
  private static final int ATTRIBUTE_SIZE = 24;

  private Structures() {}

  static MemorySegment attributes(Scratch scratch, List<Attribute> template) {
    MemorySegment all = scratch.allocate(Math.max(1, template.size()) * (long) ATTRIBUTE_SIZE, 8);
    for (int i = 0; i < template.size(); i++) {
      Attribute attribute = template.get(i);
      MemorySegment value;
      long length;
      if (attribute.value() instanceof Boolean flag) {
        value = scratch.allocate(1, 1);
        value.set(JAVA_BYTE, 0, (byte) (flag ? 1 : 0));
        length = 1;
      } else if (attribute.value() instanceof Long number) {
        value = scratch.ulong(number);
        length = 8;
      } else {
        byte[] bytes = (byte[]) attribute.value();
        value = scratch.bytes(bytes);
        length = bytes.length;
      }
      set(all, i, attribute.type(), value, length);
    }
    return all;
  }

  static void set(MemorySegment all, int index, long type, MemorySegment value, long length) {
    long at = (long) index * ATTRIBUTE_SIZE;
    all.set(JAVA_LONG, at, type);
    all.set(ADDRESS, at + 8, value);
    all.set(JAVA_LONG, at + 16, length);
  }

  static MemorySegment mechanism(Scratch scratch, Mechanism mechanism) {
    MemorySegment structure = scratch.allocate(24, 8);
    structure.set(JAVA_LONG, 0, mechanism.type());
    MemorySegment parameters = parameters(scratch, mechanism.parameters());
    structure.set(ADDRESS, 8, parameters);
    structure.set(JAVA_LONG, 16, parameters.byteSize());
    return structure;
  }

  private static MemorySegment parameters(
      Scratch scratch, Mechanism.@Nullable Parameters parameters) {
    if (parameters == null) {
      return MemorySegment.NULL;
    }
    if (parameters instanceof Mechanism.Pss pss) {
      return ulongs(scratch, pss.hashMechanism(), pss.mgf(), pss.saltLength());
    }
    if (parameters instanceof Mechanism.Oaep oaep) {
      return oaep(scratch, oaep);
    }
    if (parameters instanceof Mechanism.Gcm gcm) {
      return ulongs(
          scratch,
          scratch.bytes(gcm.iv()).address(),
          gcm.iv().length,
          8L * gcm.iv().length,
          gcm.aad().length == 0 ? 0 : scratch.bytes(gcm.aad()).address(),
          gcm.aad().length,
          gcm.tagBits());
    }
    if (parameters instanceof Mechanism.Iv iv) {
      return scratch.bytes(iv.iv());
    }
    if (parameters instanceof Mechanism.Ecdh1 ecdh) {
      return ulongs(
          scratch,
          CKD_NULL,
          0,
          0,
          ecdh.publicData().length,
          scratch.bytes(ecdh.publicData()).address());
    }
    if (parameters instanceof Mechanism.RsaAesWrap wrap) {
      return ulongs(scratch, wrap.aesBits(), oaep(scratch, wrap.oaep()).address());
    }
    throw new IllegalArgumentException("parameters unknown to this binding: " + parameters);
  }

  private static MemorySegment oaep(Scratch scratch, Mechanism.Oaep oaep) {
    return ulongs(scratch, oaep.hashMechanism(), oaep.mgf(), CKZ_DATA_SPECIFIED, 0, 0);
  }

  /** A structure of CK_ULONGs and pointers, which are the same width. */
  private static MemorySegment ulongs(Scratch scratch, long... values) {
    MemorySegment structure = scratch.allocate(8L * values.length, 8);
    for (int i = 0; i < values.length; i++) {
      structure.set(JAVA_LONG, 8L * i, values[i]);
    }
    return structure;
  }

  /** CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial 16, flags and 10 counts, versions. */
  static TokenInfo tokenInfo(MemorySegment info) {
    return new TokenInfo(
        text(info, 0, 32),
        text(info, 32, 32),
        text(info, 64, 16),
        text(info, 80, 16),
        info.get(JAVA_LONG, 96),
        info.get(JAVA_LONG, 104),
        info.get(JAVA_LONG, 112),
        info.get(JAVA_LONG, 120),
        version(info, 186));
  }

  static String version(MemorySegment structure, long at) {
    return (structure.get(JAVA_BYTE, at) & 0xFF) + "." + (structure.get(JAVA_BYTE, at + 1) & 0xFF);
  }

  /** Padding, and the NUL bytes that some modules pad with, cut off. */
  static String text(MemorySegment structure, long at, int length) {
    byte[] bytes = structure.asSlice(at, length).toArray(JAVA_BYTE);
    int end = length;
    while (end > 0 && (bytes[end - 1] == ' ' || bytes[end - 1] == 0)) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
