package io.managedkeys.testkit.contract;

import io.managedkeys.KeyType;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.Spki;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Second opinions by the JDK and BouncyCastle, which is not registered for them. */
final class Second {

  static final Provider BC = new BouncyCastleProvider();

  private Second() {}

  /** The JDK's verdict, or empty where it does not know the algorithm. */
  static Optional<Boolean> jdk(
      SignatureAlgorithm algorithm, byte[] spki, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    if (Spki.keyType(spki).equals(KeyType.EC_SECP256K1)) {
      return Optional.empty(); // the JDK reads such keys, but does no arithmetic on their curve
    }
    for (String name : new String[] {"SunRsaSign", "SunEC", "SUN"}) {
      Provider provider = Security.getProvider(name);
      if (provider != null && provider.getService("Signature", algorithm.jcaName()) != null) {
        PublicKey key =
            KeyFactory.getInstance(keyFactory(algorithm), provider)
                .generatePublic(new X509EncodedKeySpec(spki));
        return Optional.of(verify(provider, algorithm, key, message, signature));
      }
    }
    return Optional.empty();
  }

  /** BouncyCastle's verdict. */
  static boolean bouncyCastle(
      SignatureAlgorithm algorithm, byte[] spki, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    PublicKey key =
        KeyFactory.getInstance(keyFactory(algorithm), BC)
            .generatePublic(new X509EncodedKeySpec(spki));
    return verify(BC, algorithm, key, message, signature);
  }

  private static String keyFactory(SignatureAlgorithm algorithm) {
    return switch (algorithm.keyFamily()) {
      case "ED25519" -> "Ed25519";
      case "ED448" -> "Ed448";
      default -> algorithm.keyFamily();
    };
  }

  private static boolean verify(
      Provider provider,
      SignatureAlgorithm algorithm,
      PublicKey key,
      byte[] message,
      byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm.jcaName(), provider);
    AlgorithmParameterSpec parameters = algorithm.jcaParameters();
    if (parameters != null) {
      verifier.setParameter(parameters);
    }
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }
}
