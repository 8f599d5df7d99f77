package io.managedkeys.examples;

import io.managedkeys.registry.ManagedKeys;
import io.managedkeys.registry.RegistryFields;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the configuration reference from the schemas that validate configurations. */
final class ConfigurationReference {

  private static final String HEAD =
      """
      # Configuration reference

      Made from the schemas that check configurations; do not edit. A declared configuration is a strict
      UTF-8 properties file: one `name = value` a line, comments after `#` or `!` at the start of a line,
      no duplicates, no unknown fields, no continued lines. Backslashes are written twice.

      | property | meaning |
      |---|---|
      | `library.ALIAS = PATH` | gives a PKCS#11 module an alias; a backend names the alias, never a path |
      | `backend.NAME.FIELD = VALUE` | a backend: one configured connection |
      | `key.BACKEND.NAME.FIELD = VALUE` | an entry: one name for exactly one key of that backend |
      | `grant.LABEL.FIELD = VALUE` | a grant: who may use which keys for what |

      Names are `[a-z0-9][a-z0-9_-]{0,62}`. Before `backend`, `key` and `grant` a namespace and a slash may
      stand: `team-a/prod/backend.hsm.type = pkcs11`. Without one they belong to the root.

      A value may be a reference as a whole: `${env:NAME}` or `${file:PATH}` (relative to the configuration
      file; line ends at its end are dropped). References are resolved when a backend is opened, in the root
      namespace only, unless the host allows more. Fields marked *secret* read `(redacted)` wherever they
      are shown. Fields marked *target* decide where a credential is sent.

      Times are a number with `ms`, `s`, `m`, `h` or `d`. Lists are separated by commas.

      Beside the file, managedkeys keeps a file with `.pins` appended (which keys the entries mean) and a
      folder with `.state` appended (such as the record of a PIN that failed). Keep both with the
      configuration; see [ARCHITECTURE.md](../ARCHITECTURE.md).
      """;

  private ConfigurationReference() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), text());
  }

  static String text() {
    StringBuilder text = new StringBuilder(HEAD);
    section(text, "Every backend", RegistryFields.BACKEND);
    section(text, "Every key", RegistryFields.KEY);
    section(text, "Every grant", RegistryFields.GRANT);
    try (ManagedKeys none = ManagedKeys.builder().open()) {
      for (BackendProvider provider : none.registry().providers().values()) {
        section(text, "Backends of type `" + provider.type() + "`", provider.backendSchema());
        section(text, "Keys of type `" + provider.type() + "`", provider.keySchema());
      }
    }
    return text.toString();
  }

  private static void section(StringBuilder text, String title, ConfigSchema schema) {
    text.append("\n## ").append(title).append("\n\n");
    if (schema.fields().isEmpty()) {
      text.append("No further fields.\n");
      return;
    }
    text.append("| field | form | default | meaning |\n|---|---|---|---|\n");
    for (ConfigField field : schema.fields()) {
      text.append("| `").append(field.name()).append("` | ").append(form(field));
      text.append(" | ").append(byDefault(field)).append(" | ");
      text.append(field.meaning().replace("|", "\\|")).append(" |\n");
    }
  }

  private static String form(ConfigField field) {
    String form =
        field.allowed().isEmpty()
            ? field.kind().name().toLowerCase(Locale.ROOT)
            : "`" + String.join("`, `", field.allowed()) + "`";
    return form
        + (field.sensitive() ? ", *secret*" : "")
        + (field.decidesCredentialTarget() ? ", *target*" : "");
  }

  private static String byDefault(ConfigField field) {
    if (field.required()) {
      return "**required**";
    }
    return field.defaultValue() == null ? "" : "`" + field.defaultValue() + "`";
  }
}
