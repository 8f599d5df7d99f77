package io.managedkeys.pkcs11;

import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigField.Kind;
import io.managedkeys.spi.ConfigSchema;

/** The fields of backends and keys of type {@code pkcs11}. */
final class Pkcs11Fields {

  static final String LIBRARY = "library";
  static final String TOKEN_LABEL = "token-label";
  static final String TOKEN_SERIAL = "token-serial";
  static final String SLOT = "slot";
  static final String PIN = "pin";
  static final String PIN_GENERATION = "pin-generation";
  static final String PROTECTED_PATH = "protected-authentication-path";
  static final String ALLOW_EXISTING_LOGIN = "allow-existing-login";
  static final String ALLOW_COUNT_LOW = "allow-login-when-count-low";
  static final String MAX_SESSIONS = "max-sessions";
  static final String READ_WRITE = "force-rw-session";
  static final String REINITIALIZE = "allow-reinitialize";
  static final String BINDING = "binding";
  static final String INIT_PARAMETERS = "init-parameters";
  static final String OPEN_TIMEOUT = "open-timeout";

  static final String KEY_LABEL = "key-label";
  static final String KEY_ID = "key-id";
  static final String MECHANISM = "mechanism";
  static final String PUBLIC_KEY_FILE = "public-key-file";
  static final String MAC_HASH = "mac-hash";
  static final String EXTRACTABLE = "extractable";
  static final String WRAP_WITH_TRUSTED = "wrap-with-trusted";

  static final ConfigSchema BACKEND =
      ConfigSchema.of(
          ConfigField.text(
                  LIBRARY,
                  "The operator's alias of the PKCS#11 module (the shared library that the maker of"
                      + " the HSM installs).")
              .mandatory()
              .decidingCredentialTarget(),
          ConfigField.text(
                  TOKEN_LABEL,
                  "The token's label. Of token-label, token-serial and slot at least one is needed;"
                      + " all that are given must hold.")
              .decidingCredentialTarget(),
          ConfigField.text(TOKEN_SERIAL, "The token's serial number.").decidingCredentialTarget(),
          ConfigField.text(
                  SLOT,
                  "The slot's number, decimal or hexadecimal with 0x. Slot numbers can change;"
                      + " prefer the label or the serial number.")
              .decidingCredentialTarget(),
          ConfigField.secret(
              PIN,
              "The user's PIN, in UTF-8. Without it there is no login. (AWS CloudHSM: user:password.)"),
          ConfigField.text(
              PIN_GENERATION,
              "Any text. A PIN that the token refused is never tried again under the same"
                  + " configuration; change this text after correcting the PIN."),
          ConfigField.of(
                  PROTECTED_PATH,
                  Kind.BOOLEAN,
                  "Whether the PIN is entered at the device (protected authentication path).")
              .defaultsTo("false"),
          ConfigField.of(
                  ALLOW_EXISTING_LOGIN,
                  Kind.BOOLEAN,
                  "Whether to go on when something else in this process is logged in to the token"
                      + " already. The PIN can't be checked then.")
              .defaultsTo("false"),
          ConfigField.of(
                  ALLOW_COUNT_LOW,
                  Kind.BOOLEAN,
                  "Whether to log in although the token says that a wrong PIN was entered since the"
                      + " last login.")
              .defaultsTo("false"),
          ConfigField.of(
                  MAX_SESSIONS,
                  Kind.INTEGER,
                  "The most sessions that this backend opens besides the one that keeps the login."
                      + " More are of use only if the HSM works on several requests at once.")
              .defaultsTo("16"),
          ConfigField.of(
                  READ_WRITE,
                  Kind.BOOLEAN,
                  "Whether all sessions are opened read/write, as some modules demand (AWS CloudHSM).")
              .defaultsTo("false"),
          ConfigField.of(
                  REINITIALIZE,
                  Kind.BOOLEAN,
                  "Whether the module may be re-initialised (C_Finalize, C_Initialize) as last resort"
                      + " when the token is lost. Ends the sessions of everybody in this process who"
                      + " uses the module; all backends on the module must allow it.")
              .defaultsTo("false"),
          ConfigField.text(
                  BINDING,
                  "The way into the module: jni (every JVM), ffm (JDK 22 or later, with the artifact"
                      + " managedkeys-pkcs11-ffm), or auto for the best there is.")
              .defaultsTo("auto"),
          ConfigField.text(
              INIT_PARAMETERS,
              "Initialisation parameters as NSS softokn takes them (configdir='sql:...' ...). Needs"
                  + " the ffm binding."),
          ConfigField.of(
                  OPEN_TIMEOUT,
                  Kind.DURATION,
                  "How long opening the backend may wait for others that use the same token.")
              .defaultsTo("30s"));

  static final ConfigSchema KEY =
      ConfigSchema.of(
          ConfigField.text(
              KEY_LABEL,
              "The key's label (CKA_LABEL). Of key-label and key-id at least one is needed; all that"
                  + " are given must hold, and exactly one key must fit."),
          ConfigField.of(KEY_ID, Kind.HEX, "The key's id (CKA_ID) in hexadecimal."),
          ConfigField.text(
              MECHANISM,
              "The one mechanism to use for signing, by name (CKM_ECDSA) or number (0x1041), instead"
                  + " of what the token's list suggests. Vendors' numbers are taken as the mechanism"
                  + " without a hash of the key's family."),
          ConfigField.of(
              PUBLIC_KEY_FILE,
              Kind.FILE,
              "A PEM file with the public key or a certificate of it, for tokens that hold neither"
                  + " the public key of an EC key nor its certificate."),
          ConfigField.text(
                  MAC_HASH,
                  "The hash of a generic secret key used for HMAC: SHA-256, SHA-384 or SHA-512."
                      + " Without it, the key's length decides.")
              .oneOf("SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"),
          ConfigField.of(
                  EXTRACTABLE,
                  Kind.BOOLEAN,
                  "Whether a key that is generated, imported or unwrapped may be wrapped by another"
                      + " key.")
              .defaultsTo("false"),
          ConfigField.of(
                  WRAP_WITH_TRUSTED,
                  Kind.BOOLEAN,
                  "Whether an extractable key may be wrapped only by keys that the token's security"
                      + " officer marked as trusted.")
              .defaultsTo("true"));

  private Pkcs11Fields() {}
}
