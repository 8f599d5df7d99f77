package io.managedkeys.vault.login;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.JsonBody;
import io.managedkeys.vault.client.VaultRequest;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A login that posts public fields and at most one secret: AppRole, Kubernetes, JWT, TLS
 * certificate, user name and password differ in nothing else.
 */
final class CredentialLogin implements LoginMethod {

  private final String name;
  private final String namespace;
  private final String path;
  private final Map<String, String> fields;
  private final @Nullable String secretField;
  private final @Nullable Credential secret;

  CredentialLogin(
      String name,
      String namespace,
      String path,
      Map<String, String> fields,
      @Nullable String secretField,
      @Nullable Credential secret) {
    this.name = name;
    this.namespace = namespace;
    this.path = path;
    this.fields = new TreeMap<>(fields);
    this.secretField = secretField;
    this.secret = secret;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public VaultRequest request() {
    JsonBody body = new JsonBody();
    fields.forEach(body::text);
    if (secretField != null && secret != null) {
      try (SecretBytes value = secret.read()) {
        body.secret(secretField, value);
      }
    }
    VaultRequest request = VaultRequest.compute(path, body).in(namespace);
    // A login consumes uses of a secret id: it is not sent twice on its own.
    return new VaultRequest(
        request.method(), request.path(), request.body(), null, namespace, false, false);
  }

  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public void close() {
    if (secret != null) {
      secret.close();
    }
  }
}
