package io.managedkeys.gcpkms;

import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigField.Kind;
import io.managedkeys.spi.ConfigSchema;

/** The fields of backends and keys of this type. */
final class Schemas {
  static final String AMBIENT = "ambient";
  static final String FILE = "file";
  static final String JSON = "json";
  static final String WORKLOAD_IDENTITY = "workload-identity";
  static final String NONE = "none";
  static final String GRPC = "grpc";
  static final String REST = "rest";

  static final ConfigSchema BACKEND =
      ConfigSchema.of(
          ConfigField.text("project", "The project that the key ring is in: its id or number.")
              .mandatory(),
          ConfigField.text(
                  "location", "The key ring's location: a region, a multi-region or global.")
              .mandatory(),
          ConfigField.text("key-ring", "The key ring's id. It must exist; rings are not created.")
              .mandatory(),
          ConfigField.text(
                  "credentials",
                  "Where credentials come from: ambient is Google's default chain (environment,"
                      + " gcloud, metadata server) and needs the host's leave; file and json hold a"
                      + " service account's key; workload-identity is a federation file and needs"
                      + " the host's leave too; none is for test servers.")
              .oneOf(AMBIENT, FILE, JSON, WORKLOAD_IDENTITY, NONE)
              .defaultsTo(AMBIENT)
              .decidingCredentialTarget(),
          ConfigField.of(
                  "credentials-file",
                  Kind.FILE,
                  "The JSON file of credentials file or workload-identity.")
              .decidingCredentialTarget(),
          ConfigField.secret(
              "credentials-json",
              "A service account's JSON key itself, for credentials json. The vendor's library"
                  + " keeps its private key in memory as long as the backend is open."),
          ConfigField.text(
                  "endpoint",
                  "Host and port in place of the universe's own, such as a regional endpoint; with"
                      + " transport rest and plaintext an http:// address.")
              .decidingCredentialTarget(),
          ConfigField.text(
                  "universe-domain",
                  "The universe of a sovereign cloud; must agree with the credentials' own.")
              .defaultsTo("googleapis.com")
              .decidingCredentialTarget(),
          ConfigField.text("transport", "grpc, or rest where gRPC's jars are not wanted.")
              .oneOf(GRPC, REST)
              .defaultsTo(GRPC),
          ConfigField.of(
                  "plaintext",
                  Kind.BOOLEAN,
                  "No TLS. Only with credentials none and an endpoint on the loopback interface.")
              .defaultsTo("false")
              .decidingCredentialTarget());

  static final ConfigSchema KEY =
      ConfigSchema.of(
          ConfigField.text("crypto-key", "The crypto key's id in the key ring.").mandatory(),
          ConfigField.of(
              "version",
              Kind.INTEGER,
              "The version's number. Without it the one enabled version is taken and pinned; two"
                  + " are ambiguous. Not for keys of purpose ENCRYPT_DECRYPT, whose versions the"
                  + " service picks."),
          ConfigField.text(
              "algorithm",
              "The service's name of the version's algorithm, such as EC_SIGN_P256_SHA256. With an"
                  + " existing key it must agree; a new key gets it in place of the default for its"
                  + " type and usages."),
          ConfigField.text("protection-level", "The protection level of a new key.")
              .oneOf("SOFTWARE", "HSM")
              .defaultsTo("SOFTWARE"),
          ConfigField.of(
              "destroy-wait",
              Kind.DURATION,
              "How long a new key's versions wait between scheduling and destruction, from 24h to"
                  + " 120d; the service's default is 30 days and it cannot be changed later."));

  private Schemas() {}
}
