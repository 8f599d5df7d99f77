package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.BackendProvider;
import java.util.Collection;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The types of backend at hand. */
final class Providers {

  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "local", "managedkeys-local",
          "pkcs11", "managedkeys-pkcs11",
          "awskms", "managedkeys-awskms",
          "azurekv", "managedkeys-azurekv",
          "gcpkms", "managedkeys-gcpkms",
          "vault", "managedkeys-vault");

  private final Map<String, BackendProvider> byType = new TreeMap<>();

  Providers(Iterable<BackendProvider> given, ServiceLoader<BackendProvider> found) {
    found.forEach(provider -> byType.put(provider.type(), provider));
    given.forEach(provider -> byType.put(provider.type(), provider));
  }

  BackendProvider of(String owner, String type) {
    BackendProvider provider = byType.get(type);
    if (provider == null) {
      String artifact = ARTIFACTS.get(type);
      throw new InvalidConfigurationException(
          owner
              + ": unknown backend type \""
              + type
              + "\"; found are "
              + byType.keySet()
              + (artifact == null
                  ? "; the types of this project are " + new TreeMap<>(ARTIFACTS).keySet()
                  : "; add the artifact io.managedkeys:" + artifact));
    }
    return provider;
  }

  Collection<BackendProvider> all() {
    return byType.values();
  }
}
