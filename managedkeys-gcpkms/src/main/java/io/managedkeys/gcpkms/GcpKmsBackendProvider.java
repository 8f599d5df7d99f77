package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.KeyManagementServiceClient;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import java.util.Optional;

/**
 * Backend type {@code gcpkms}: one key ring of Google Cloud KMS.
 *
 * <p>A host that has a {@link KeyManagementServiceClient} of its own hands it over by {@link
 * Host#client}; then the fields for credentials, endpoint and transport are not used and the client
 * is never closed here. Otherwise one client is made for each backend and closed with it. Either way
 * the client's own retries are off for every call made here: the registry is the one layer that
 * repeats.
 *
 * <p>Opening obtains an access token, which is as much as can be tried without knowing which
 * permissions the account has. It calls no method of the service.
 */
public final class GcpKmsBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public GcpKmsBackendProvider() {}

  @Override
  public String type() {
    return "gcpkms";
  }

  @Override
  public ConfigSchema backendSchema() {
    return Schemas.BACKEND;
  }

  @Override
  public ConfigSchema keySchema() {
    return Schemas.KEY;
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    ConfigValues values = config.values();
    KeyRingName ring =
        new KeyRingName(values.text("project"), values.text("location"), values.text("key-ring"));
    Optional<KeyManagementServiceClient> given = host.client(KeyManagementServiceClient.class);
    return given.isPresent()
        ? new GcpKmsBackend(ring, new ServiceClient(given.get(), false), host.clock())
        : new GcpKmsBackend(ring, Connecting.open(values, host), host.clock());
  }
}
