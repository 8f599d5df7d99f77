package io.managedkeys.registry;

import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;

/**
 * The fields of configurations that belong to the registry itself, beside those of the backends'
 * providers. For validation and for the configuration reference.
 */
public final class RegistryFields {

  /** The fields of every backend, whatever its type. */
  public static final ConfigSchema BACKEND =
      ConfigSchema.of(
          ConfigField.text("type", "The type of backend, such as local or pkcs11.").mandatory(),
          ConfigField.of(
                  "verify",
                  ConfigField.Kind.BOOLEAN,
                  "Whether the backend is opened before its configuration is accepted.")
              .defaultsTo("true"),
          ConfigField.of(
                  "deadline",
                  ConfigField.Kind.DURATION,
                  "The longest time that a call may take, repetitions included.")
              .defaultsTo("10s"),
          ConfigField.of(
                  "max-parallel",
                  ConfigField.Kind.INTEGER,
                  "How many remote calls may be under way at once; 0 for no bound of ours.")
              .defaultsTo("0"),
          ConfigField.text(
                  "verify-signatures",
                  "Whether a new signature is verified before it is released: every one, the first"
                      + " of each login epoch, or none.")
              .oneOf("always", "epoch", "off")
              .defaultsTo("epoch"));

  /** The fields of every key, whatever its backend. */
  public static final ConfigSchema KEY =
      ConfigSchema.of(
          ConfigField.of(
                  "usages",
                  ConfigField.Kind.LIST,
                  "What the key may be used for: sign, verify, encrypt, decrypt, wrap, unwrap, mac,"
                      + " verify-mac, agree, random.")
              .defaultsTo("sign,verify"),
          ConfigField.of(
              "algorithms",
              ConfigField.Kind.LIST,
              "The algorithms permitted, by name; \"default\" stands for those permitted when the"
                  + " field is left out. Weak or raw ones are permitted only by name."),
          ConfigField.of(
                  "allow-generate-key",
                  ConfigField.Kind.BOOLEAN,
                  "Whether a key may be generated for this entry.")
              .defaultsTo("false"),
          ConfigField.of(
                  "allow-replace-key",
                  ConfigField.Kind.BOOLEAN,
                  "Whether the key of this entry may be replaced, rotated, disabled or destroyed.")
              .defaultsTo("false"),
          ConfigField.of(
                  "allow-store-key",
                  ConfigField.Kind.BOOLEAN,
                  "Whether a key may be imported or unwrapped for this entry.")
              .defaultsTo("false"),
          ConfigField.of(
              "certificate-chain",
              ConfigField.Kind.FILE,
              "A PEM file with the key's certificate and those above it, leaf first."),
          ConfigField.of(
              "override",
              ConfigField.Kind.LIST,
              "Allows usages together that undo each other: wrap-with-decrypt,"
                  + " unwrap-with-encrypt, sign-with-decrypt, sign-with-unwrap."));

  /** The fields of a grant. */
  public static final ConfigSchema GRANT =
      ConfigSchema.of(
          ConfigField.text("subject", "Who: mount:PATH or identity:NAME.").mandatory(),
          ConfigField.text("keys", "Which keys: backend:key, backend:prefix*, backend:* or *.")
              .mandatory(),
          ConfigField.of("usages", ConfigField.Kind.LIST, "For what, such as sign, verify.")
              .mandatory(),
          ConfigField.text("effect", "Whether the grant allows or denies.")
              .oneOf("allow", "deny")
              .defaultsTo("allow"));

  private RegistryFields() {}
}
