package io.managedkeys.pkcs11.cryptoki;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One {@code CK_ATTRIBUTE} of a template.
 *
 * @param type the {@code CKA_} type
 * @param value a {@code Boolean} (CK_BBOOL), {@code Long} (CK_ULONG) or {@code byte[]}
 */
public record Attribute(long type, Object value) {

  /** A CK_BBOOL attribute. */
  public static Attribute of(long type, boolean value) {
    return new Attribute(type, value);
  }

  /** A CK_ULONG attribute. */
  public static Attribute of(long type, long value) {
    return new Attribute(type, value);
  }

  /** An attribute of bytes; the array is not copied. */
  public static Attribute of(long type, byte[] value) {
    return new Attribute(type, value);
  }

  /** An attribute of text, in UTF-8 as the standard demands. */
  public static Attribute of(long type, String value) {
    return new Attribute(type, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Two templates in one. */
  public static List<Attribute> join(List<Attribute> first, List<Attribute> second) {
    List<Attribute> all = new java.util.ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  @Override
  public String toString() {
    return "Attribute[0x" + Long.toHexString(type) + "]";
  }
}
