package io.managedkeys.registry;

import io.managedkeys.Usage;
import org.jspecify.annotations.Nullable;

/** What a call does, as audit events and metrics name it. */
public enum Operation {
  /** Describing a key, which may bind it in its backend. */
  INFO("info", null),
  /** Reading a key's certificate chain. */
  CERTIFICATES("certificates", null),
  /** Signing. */
  SIGN("sign", Usage.SIGN),
  /** Verifying a signature. */
  VERIFY("verify", Usage.VERIFY),
  /** Encrypting. */
  ENCRYPT("encrypt", Usage.ENCRYPT),
  /** Decrypting. */
  DECRYPT("decrypt", Usage.DECRYPT),
  /** Wrapping material in the caller's hands. */
  WRAP_BYTES("wrap-bytes", Usage.WRAP),
  /** Unwrapping material into the caller's hands. */
  UNWRAP_BYTES("unwrap-bytes", Usage.UNWRAP),
  /** Wrapping a key of the same backend. */
  WRAP_KEY("wrap-key", Usage.WRAP),
  /** Unwrapping a key into the same backend. */
  UNWRAP_KEY("unwrap-key", Usage.UNWRAP),
  /** Computing a message authentication code. */
  MAC("mac", Usage.MAC),
  /** Checking a message authentication code. */
  VERIFY_MAC("verify-mac", Usage.VERIFY_MAC),
  /** Agreeing on a secret. */
  AGREE("agree", Usage.AGREE),
  /** Making a data key. */
  GENERATE_DATA_KEY("generate-data-key", Usage.ENCRYPT),
  /** Taking random bytes. */
  RANDOM("random", Usage.RANDOM),
  /** Looking a key up by name or id. */
  LOOK_UP("look-up", null),
  /** Making the key of an entry. */
  GENERATE("generate", null),
  /** Bringing the key of an entry in. */
  IMPORT("import", null),
  /** Giving a key a new version. */
  ROTATE("rotate", null),
  /** Enabling a key. */
  ENABLE("enable", null),
  /** Disabling a key. */
  DISABLE("disable", null),
  /** Destroying a key. */
  SCHEDULE_DESTRUCTION("schedule-destruction", null),
  /** Taking a destruction back. */
  CANCEL_DESTRUCTION("cancel-destruction", null),
  /** Pinning a key anew. */
  RE_PIN("re-pin", null);

  private final String text;
  private final @Nullable Usage usage;

  Operation(String text, @Nullable Usage usage) {
    this.text = text;
    this.usage = usage;
  }

  /**
   * The operation's name in events and messages.
   *
   * @return the name
   */
  public String text() {
    return text;
  }

  /**
   * The usage that entry and grant must allow.
   *
   * @return the usage, or null when any granted usage will do
   */
  public @Nullable Usage usage() {
    return usage;
  }

  @Override
  public String toString() {
    return text;
  }
}
