package io.managedkeys.interop;

import java.security.Provider;
import java.security.Security;

/** Where the provider stands in the JVM's list while a test runs. */
enum Position {
  FRONT,
  END;

  /** Registers a provider until closed. */
  Registration register(Provider provider) {
    int at =
        this == FRONT ? Security.insertProviderAt(provider, 1) : Security.addProvider(provider);
    if (at < 0) {
      throw new IllegalStateException("another test left " + provider.getName() + " registered");
    }
    return () -> Security.removeProvider(provider.getName());
  }

  /** Ends with the test. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
