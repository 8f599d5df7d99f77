package io.managedkeys.local;

import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Macing;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;

/** HMAC (FIPS 198-1) with the JDK. */
final class SecretMac implements Macing {

  private final LocalKey key;

  SecretMac(LocalKey key) {
    this.key = key;
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
    return key.withSecret(
        context,
        bytes -> {
          try {
            Mac mac = Jdk.mac(algorithm.jcaName());
            mac.init(new LentKey(algorithm.jcaName(), bytes));
            return mac.doFinal(message);
          } catch (GeneralSecurityException e) {
            throw new ManagedKeyException(
                "the JDK could not compute " + algorithm + ": " + e.getMessage(), e);
          }
        });
  }
}
