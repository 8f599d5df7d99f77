package io.managedkeys.azurekv;

import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigField.Kind;
import io.managedkeys.spi.ConfigSchema;

/** The names and meanings of the configuration's fields. */
final class Fields {
  static final String VAULT_URL = "vault-url";
  static final String VAULT_NAME = "vault-name";
  static final String SERVICE = "service";
  static final String CLOUD = "cloud";
  static final String CREDENTIAL = "credential";
  static final String TENANT_ID = "tenant-id";
  static final String CLIENT_ID = "client-id";
  static final String CLIENT_SECRET = "client-secret";
  static final String CLIENT_CERTIFICATE = "client-certificate";
  static final String CLIENT_CERTIFICATE_PASSWORD = "client-certificate-password";
  static final String IDENTITY_CLIENT_ID = "managed-identity-client-id";
  static final String IDENTITY_OBJECT_ID = "managed-identity-object-id";
  static final String IDENTITY_RESOURCE_ID = "managed-identity-resource-id";
  static final String WORKLOAD_TOKEN_FILE = "workload-token-file";
  static final String AUTHORITY_HOST = "authority-host";
  static final String TOKEN_RESOURCE = "token-resource";
  static final String CA_FILE = "ca-file";
  static final String CONNECT_TIMEOUT = "connect-timeout";

  static final String KEY_NAME = "key-name";
  static final String KEY_VERSION = "key-version";
  static final String AES_BITS = "aes-bits";
  static final String PROTECTION = "protection";
  static final String EXCHANGE_KEY = "exchange-key";
  static final String CERTIFICATE = "certificate";

  static final ConfigSchema BACKEND =
      ConfigSchema.of(
          ConfigField.text(
                  VAULT_URL,
                  "URL of the vault or Managed HSM, such as https://example.vault.azure.net. Either"
                      + " this or vault-name.")
              .decidingCredentialTarget(),
          ConfigField.text(
                  VAULT_NAME,
                  "Name of the vault or Managed HSM; its URL follows from service and cloud.")
              .decidingCredentialTarget(),
          ConfigField.text(SERVICE, "Whether it is a vault or a Managed HSM.")
              .defaultsTo("vault")
              .oneOf("vault", "managed-hsm")
              .decidingCredentialTarget(),
          ConfigField.text(CLOUD, "The Azure cloud that vault and directory are in.")
              .defaultsTo("public")
              .oneOf("public", "china", "us-government")
              .decidingCredentialTarget(),
          ConfigField.text(
                  CREDENTIAL,
                  "How to authenticate. host takes the TokenCredential or KeyClient that the"
                      + " application registered; managed-identity and default-chain need a host"
                      + " that allows credentials of its surroundings.")
              .mandatory()
              .oneOf(
                  "client-secret",
                  "client-certificate",
                  "managed-identity",
                  "workload-identity",
                  "default-chain",
                  "host"),
          ConfigField.text(TENANT_ID, "The directory (tenant) of the client.")
              .decidingCredentialTarget(),
          ConfigField.text(CLIENT_ID, "The application (client) id."),
          ConfigField.secret(CLIENT_SECRET, "The client's secret, for credential=client-secret."),
          ConfigField.of(
              CLIENT_CERTIFICATE,
              Kind.FILE,
              "The client's certificate with its private key, PEM, or PKCS #12 if a password is"
                  + " given, for credential=client-certificate."),
          ConfigField.secret(
              CLIENT_CERTIFICATE_PASSWORD, "The password of a PKCS #12 client-certificate."),
          ConfigField.text(
              IDENTITY_CLIENT_ID,
              "Selects a user-assigned managed identity by its client id; at most one selection."),
          ConfigField.text(
              IDENTITY_OBJECT_ID, "Selects a user-assigned managed identity by its object id."),
          ConfigField.text(
              IDENTITY_RESOURCE_ID, "Selects a user-assigned managed identity by its resource id."),
          ConfigField.of(
              WORKLOAD_TOKEN_FILE,
              Kind.FILE,
              "The file with the federated token, read again whenever a token is needed, for"
                  + " credential=workload-identity."),
          ConfigField.text(
                  AUTHORITY_HOST,
                  "URL of the directory's token service, instead of the cloud's own; it is trusted"
                      + " without asking Microsoft's directory of authorities.")
              .decidingCredentialTarget(),
          ConfigField.text(
                  TOKEN_RESOURCE,
                  "The resource that tokens are for, a URL, instead of the one that follows from"
                      + " cloud and service; for vaults outside the named clouds.")
              .decidingCredentialTarget(),
          ConfigField.of(
                  CA_FILE,
                  Kind.FILE,
                  "PEM certificates to trust for vault and token service instead of the JDK's.")
              .decidingCredentialTarget(),
          ConfigField.of(
                  CONNECT_TIMEOUT, Kind.DURATION, "How long connecting to the service may take.")
              .defaultsTo("10s"));

  static final ConfigSchema KEY =
      ConfigSchema.of(
          ConfigField.text(KEY_NAME, "Name of the key in the vault.").mandatory(),
          ConfigField.text(
              KEY_VERSION,
              "Version of the key, 32 hexadecimal digits. Without it the newest version is taken"
                  + " when the key is first used, and kept from then on."),
          ConfigField.of(
                  AES_BITS,
                  Kind.INTEGER,
                  "Size of a symmetric key, which the service does not tell; keys made by this"
                      + " library carry it in a tag, which is used instead.")
              .defaultsTo("256")
              .oneOf("128", "192", "256"),
          ConfigField.text(
                  PROTECTION,
                  "Whether a generated or imported key is an HSM key or a software key.")
              .defaultsTo("hsm")
              .oneOf("hsm", "software"),
          ConfigField.text(
              EXCHANGE_KEY,
              "Name of the key exchange key for imports: an RSA-HSM key of the same vault whose only"
                  + " operation is import. Without it a key to be imported goes to the service in"
                  + " clear, under TLS."),
          ConfigField.text(
              CERTIFICATE,
              "Name of the vault's certificate that belongs to the key; the key's own name by"
                  + " default."));

  private Fields() {}
}
