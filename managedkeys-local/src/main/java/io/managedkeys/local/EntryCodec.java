package io.managedkeys.local;

import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** One key within a key file: fields in a fixed order, each with its length in four bytes. */
final class EntryCodec {

  private EntryCodec() {}

  static byte[] encode(KeyEntry entry) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, entry.name());
    text(out, entry.id().toString());
    text(out, entry.type().name());
    text(out, entry.tag().toString());
    text(out, entry.usages().stream().map(Usage::text).collect(Collectors.joining(",")));
    text(out, entry.extractable() ? "extractable" : "");
    text(out, entry.enabled() ? "enabled" : "disabled");
    Instant destroyAt = entry.destroyAt();
    text(out, destroyAt == null ? "" : Long.toString(destroyAt.toEpochMilli()));
    byte[] spki = entry.spki();
    bytes(out, spki == null ? new byte[0] : spki);
    bytes(out, entry.sealed());
    for (byte[] certificate : entry.chain()) {
      bytes(out, certificate);
    }
    return out.toByteArray();
  }

  /**
   * Reads an entry that the file's code has proven to be ours.
   *
   * @throws java.nio.BufferUnderflowException or IllegalArgumentException if it is of another version
   */
  static KeyEntry decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    KeyEntry.Identity identity =
        new KeyEntry.Identity(text(in), UUID.fromString(text(in)), KeyType.parse(text(in)));
    UUID tag = UUID.fromString(text(in));
    Set<Usage> usages = EnumSet.noneOf(Usage.class);
    for (String usage : text(in).split(",")) {
      if (!usage.isEmpty()) {
        usages.add(Usage.parse(usage));
      }
    }
    boolean extractable = flag(text(in), "extractable", "");
    boolean enabled = flag(text(in), "enabled", "disabled");
    String destroyAt = text(in);
    byte[] spki = bytes(in);
    byte[] sealed = bytes(in);
    List<byte[]> chain = new ArrayList<>();
    while (in.hasRemaining()) {
      chain.add(bytes(in));
    }
    return new KeyEntry(
        identity,
        tag,
        usages,
        extractable,
        enabled,
        destroyAt.isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(destroyAt)),
        spki.length == 0 ? null : spki,
        chain,
        sealed);
  }

  private static boolean flag(String text, String yes, String no) {
    if (!text.equals(yes) && !text.equals(no)) {
      throw new IllegalArgumentException("neither \"" + yes + "\" nor \"" + no + "\"");
    }
    return text.equals(yes);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a field is longer than its entry");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
