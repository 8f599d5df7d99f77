package io.managedkeys.vault.login;

import static io.managedkeys.vault.client.VaultRequest.path;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields of the logins, and the method that they describe. */
public final class LoginSettings {

  private static final String KUBERNETES_TOKEN =
      "/var/run/secrets/kubernetes.io/serviceaccount/token";

  /** Every field that belongs to some method, for refusing those of another. */
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "token", Set.of("token", "token-file"),
          "approle", Set.of("role-id", "secret-id", "secret-id-file"),
          "kubernetes", Set.of("role", "jwt", "jwt-file"),
          "jwt", Set.of("role", "jwt", "jwt-file"),
          "cert", Set.of("role"),
          "userpass", Set.of("username", "password", "password-file"));

  private LoginSettings() {}

  /**
   * The fields.
   *
   * @return the fields, in the order of the reference
   */
  public static List<ConfigField> fields() {
    return List.of(
        ConfigField.text(
                "auth",
                "The login method: token, approle, kubernetes, jwt, cert (the TLS client"
                    + " certificate) or userpass.")
            .oneOf("token", "approle", "kubernetes", "jwt", "cert", "userpass")
            .defaultsTo("token"),
        ConfigField.text(
                "auth-mount",
                "Where the login method is mounted below auth/; by default its own name.")
            .decidingCredentialTarget(),
        ConfigField.text(
                "auth-namespace",
                "The namespace of the login method, / for the root; by default the backend's.")
            .decidingCredentialTarget(),
        ConfigField.secret("token", "The token, for auth=token."),
        file("token-file", "A file with the token, read again when the token is dead."),
        ConfigField.text("role-id", "The role's id, for auth=approle."),
        ConfigField.secret("secret-id", "The secret id, for auth=approle."),
        file("secret-id-file", "A file with the secret id, read again for every login."),
        ConfigField.text(
            "role", "The role, for auth=kubernetes and jwt; the certificate role, for auth=cert."),
        ConfigField.secret("jwt", "The JSON Web Token, for auth=jwt and kubernetes."),
        file(
            "jwt-file",
            "A file with the JSON Web Token, read again for every login; for auth=kubernetes by"
                + " default the pod's service account token."),
        ConfigField.text("username", "The user, for auth=userpass."),
        ConfigField.secret("password", "The password, for auth=userpass."),
        file("password-file", "A file with the password, read again for every login."));
  }

  private static ConfigField file(String name, String meaning) {
    return ConfigField.of(name, ConfigField.Kind.FILE, meaning);
  }

  /**
   * The method that the fields describe.
   *
   * @param values the backend's fields
   * @param host for files
   * @param namespace the backend's namespace, empty for the root
   * @return the method
   * @throws InvalidConfigurationException if a field is missing or belongs to another method
   */
  public static LoginMethod method(ConfigValues values, Host host, String namespace) {
    String auth = values.text("auth");
    refuseOthers(auth, values);
    String mount = values.find("auth-mount").orElse(auth);
    String where =
        values
            .find("auth-namespace")
            .map(text -> text.equals("/") ? "" : text.replaceAll("^/+|/+$", ""))
            .orElse(namespace);
    return switch (auth) {
      case "token" -> new GivenToken(required(values, host, "token"));
      case "approle" ->
          new CredentialLogin(
              auth,
              where,
              path("auth", mount, "login"),
              Map.of("role_id", values.text("role-id")),
              "secret_id",
              required(values, host, "secret-id"));
      case "kubernetes" ->
          new CredentialLogin(
              auth,
              where,
              path("auth", mount, "login"),
              Map.of("role", values.text("role")),
              "jwt",
              values.has("jwt") || values.has("jwt-file")
                  ? required(values, host, "jwt")
                  : Credential.of(host.file(KUBERNETES_TOKEN)));
      case "jwt" ->
          new CredentialLogin(
              auth,
              where,
              path("auth", mount, "login"),
              values.find("role").map(role -> Map.of("role", role)).orElse(Map.of()),
              "jwt",
              required(values, host, "jwt"));
      case "cert" -> {
        if (!values.has("client-cert-file")) {
          throw new InvalidConfigurationException(
              "auth=cert logs in with the TLS client certificate: give the fields"
                  + " 'client-cert-file' and 'client-key-file'");
        }
        yield new CredentialLogin(
            auth,
            where,
            path("auth", mount, "login"),
            values.find("role").map(role -> Map.of("name", role)).orElse(Map.of()),
            null,
            null);
      }
      case "userpass" ->
          new CredentialLogin(
              auth,
              where,
              path("auth", mount, "login", values.text("username")),
              Map.of(),
              "password",
              required(values, host, "password"));
      default -> throw new InvalidConfigurationException("unknown login method " + auth);
    };
  }

  private static void refuseOthers(String auth, ConfigValues values) {
    Set<String> own = FIELDS.getOrDefault(auth, Set.of());
    for (Set<String> fields : FIELDS.values()) {
      for (String field : fields) {
        if (!own.contains(field) && values.has(field)) {
          throw new InvalidConfigurationException(
              "the field '" + field + "' does not belong to auth=" + auth + "; leave it out");
        }
      }
    }
  }

  private static Credential required(ConfigValues values, Host host, String field) {
    boolean given = values.has(field);
    boolean inFile = values.has(field + "-file");
    if (given == inFile) {
      throw new InvalidConfigurationException(
          "auth="
              + values.text("auth")
              + " needs one of the fields '"
              + field
              + "' and '"
              + field
              + "-file'"
              + (given ? ", not both" : ""));
    }
    return given
        ? Credential.of(values.secret(field))
        : Credential.of(host.file(values.text(field + "-file")));
  }
}
