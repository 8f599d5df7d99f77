package io.managedkeys.local;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Primitives of the JDK's own providers, so that a provider at the front of the list (this library's
 * own among them) does not stand between a local key and its arithmetic. Where the JDK's are missing,
 * as on a restricted platform, whatever is installed is taken.
 */
final class Jdk {

  private static final String[] PROVIDERS = {"SunJCE", "SunEC", "SunRsaSign", "SUN"};

  private Jdk() {}

  static Cipher cipher(String transformation) throws GeneralSecurityException {
    Provider jce = Security.getProvider("SunJCE");
    return jce == null
        ? Cipher.getInstance(transformation)
        : Cipher.getInstance(transformation, jce);
  }

  static Signature signature(String algorithm) throws GeneralSecurityException {
    Provider provider = provider("Signature", algorithm);
    return provider == null
        ? Signature.getInstance(algorithm)
        : Signature.getInstance(algorithm, provider);
  }

  static Mac mac(String algorithm) throws GeneralSecurityException {
    Provider provider = provider("Mac", algorithm);
    return provider == null ? Mac.getInstance(algorithm) : Mac.getInstance(algorithm, provider);
  }

  static KeyAgreement agreement(String algorithm) throws GeneralSecurityException {
    Provider provider = provider("KeyAgreement", algorithm);
    return provider == null
        ? KeyAgreement.getInstance(algorithm)
        : KeyAgreement.getInstance(algorithm, provider);
  }

  static KeyFactory keyFactory(String algorithm) throws GeneralSecurityException {
    Provider provider = provider("KeyFactory", algorithm);
    return provider == null
        ? KeyFactory.getInstance(algorithm)
        : KeyFactory.getInstance(algorithm, provider);
  }

  static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
    Provider provider = provider("KeyPairGenerator", algorithm);
    return provider == null
        ? KeyPairGenerator.getInstance(algorithm)
        : KeyPairGenerator.getInstance(algorithm, provider);
  }

  private static @Nullable Provider provider(String type, String algorithm) {
    for (String name : PROVIDERS) {
      Provider provider = Security.getProvider(name);
      if (provider != null && provider.getService(type, algorithm) != null) {
        return provider;
      }
    }
    return null;
  }
}
