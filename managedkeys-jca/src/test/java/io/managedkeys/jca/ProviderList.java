package io.managedkeys.jca;

import java.security.Provider;
import java.security.Security;

/** Registers a provider for the length of a test, at one end of the list or not at all. */
final class ProviderList implements AutoCloseable {

  /** Where a provider stands. */
  enum Position {
    FRONT,
    END
  }

  private final Provider provider;

  ProviderList(Provider provider, Position position) {
    this.provider = provider;
    int at =
        position == Position.FRONT
            ? Security.insertProviderAt(provider, 1)
            : Security.addProvider(provider);
    if (at < 0) {
      throw new IllegalStateException("another test left " + provider.getName() + " registered");
    }
  }

  @Override
  public void close() {
    Security.removeProvider(provider.getName());
  }
}
