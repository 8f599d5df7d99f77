package io.managedkeys.gcpkms;

import com.google.auth.Retryable;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.SecretBytes;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Credentials by the {@code credentials} field. Each kind is read by its own reader, so that a file
 * of another kind is refused: a federation file can make this process read files, call addresses and
 * run programs, which only the host may allow.
 */
final class Credentials {
  private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloudkms");

  private Credentials() {}

  /** Empty for {@code none}. The credentials have obtained a token. */
  static Optional<GoogleCredentials> of(ConfigValues values, Host host) {
    String kind = values.text("credentials");
    requireFieldsOf(kind, values);
    GoogleCredentials credentials =
        switch (kind) {
          case Schemas.NONE -> null;
          case Schemas.FILE ->
              parsed(kind, read(values, host), ServiceAccountCredentials::fromStream);
          case Schemas.JSON -> parsed(kind, json(values), ServiceAccountCredentials::fromStream);
          case Schemas.WORKLOAD_IDENTITY -> {
            requireLeave(host, kind);
            yield parsed(kind, read(values, host), ExternalAccountCredentials::fromStream);
          }
          default -> {
            requireLeave(host, kind);
            yield ambient();
          }
        };
    return credentials == null
        ? Optional.empty()
        : Optional.of(withToken(credentials.createScoped(SCOPES), kind));
  }

  /** One kind's reader; it refuses documents of another kind. */
  private interface Reader {
    GoogleCredentials read(InputStream document) throws IOException;
  }

  private static GoogleCredentials parsed(String kind, byte[] document, Reader reader) {
    try {
      return reader.read(new ByteArrayInputStream(document));
    } catch (IOException | RuntimeException e) {
      // Without the cause: a parser may quote the document, and it holds a private key.
      throw new InvalidConfigurationException(
          "credentials of kind "
              + kind
              + " are not a JSON document of that kind; "
              + (kind.equals(Schemas.WORKLOAD_IDENTITY)
                  ? "its \"type\" must be \"external_account\""
                  : "its \"type\" must be \"service_account\""));
    } finally {
      Arrays.fill(document, (byte) 0);
    }
  }

  private static byte[] read(ConfigValues values, Host host) {
    Path file = host.file(values.text("credentials-file"));
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          "field \"credentials-file\": " + file + " cannot be read", e);
    }
  }

  private static byte[] json(ConfigValues values) {
    try (SecretBytes json = values.secret("credentials-json")) {
      return json.copy();
    }
  }

  private static GoogleCredentials ambient() {
    try {
      return GoogleCredentials.getApplicationDefault();
    } catch (IOException e) {
      throw new BackendAuthenticationException(
          "no credentials were found in the process's surroundings: " + e.getMessage(), e);
    }
  }

  private static GoogleCredentials withToken(GoogleCredentials credentials, String kind) {
    try {
      credentials.refreshIfExpired();
      return credentials;
    } catch (IOException e) {
      if (e instanceof Retryable transientFailure && transientFailure.isRetryable()) {
        throw new BackendUnavailableException(
            "no access token could be obtained for the time being: " + e.getMessage(), e);
      }
      throw new BackendAuthenticationException(
          "no access token could be obtained with credentials of kind "
              + kind
              + ": "
              + e.getMessage()
              + "; check the account, its key, the clock and the way to the token endpoint",
          e);
    }
  }

  private static void requireFieldsOf(String kind, ConfigValues values) {
    boolean wantsFile = kind.equals(Schemas.FILE) || kind.equals(Schemas.WORKLOAD_IDENTITY);
    if (wantsFile != values.has("credentials-file")) {
      throw new InvalidConfigurationException(
          wantsFile
              ? "credentials = " + kind + " needs the field \"credentials-file\""
              : "field \"credentials-file\" is of no use with credentials = " + kind);
    }
    boolean wantsJson = kind.equals(Schemas.JSON);
    if (wantsJson != values.has("credentials-json")) {
      throw new InvalidConfigurationException(
          wantsJson
              ? "credentials = json needs the field \"credentials-json\""
              : "field \"credentials-json\" is of no use with credentials = " + kind);
    }
  }

  private static void requireLeave(Host host, String kind) {
    if (!host.ambientCredentialsAllowed()) {
      throw new InvalidConfigurationException(
          "credentials = "
              + kind
              + " uses the process's own surroundings, which the host does not allow here; use"
              + " credentials = file or json, or let the host allow it");
    }
  }
}
