package io.managedkeys.registry.publickey;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.EcdsaSignature;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verification in this process with the JCA providers at hand. A signature that is malformed is not
 * right; lengths and encodings are checked before a provider sees them, because providers are lax in
 * different ways (the JDK's Ed25519 once took a signature with a byte appended).
 */
public final class LocalVerification {

  private static final Map<String, Integer> LENGTHS =
      Map.of("ED25519", 64, "ED448", 114, "ML_DSA_44", 2420, "ML_DSA_65", 3309, "ML_DSA_87", 4627);

  private final KeyInfo info;
  private final PublicKey key;
  private final Map<String, Optional<Provider>> engines = new ConcurrentHashMap<>();

  private LocalVerification(KeyInfo info, PublicKey key) {
    this.info = info;
    this.key = key;
  }

  /**
   * Prepares the verification with a key.
   *
   * @param info the key
   * @return the verification, or null when the key has no public half or no installed provider can
   *     read it
   */
  public static @Nullable LocalVerification of(KeyInfo info) {
    if (info.spki().isEmpty()) {
      return null;
    }
    try {
      return new LocalVerification(info, info.publicKey());
    } catch (UnsupportedKeyOperationException e) {
      return null;
    }
  }

  /**
   * Whether a signature can be verified here.
   *
   * @param algorithm the algorithm
   * @param message the message
   * @return true if so
   */
  public boolean can(SignatureAlgorithm algorithm, Message message) {
    if (message instanceof Message.ExternalMu || !algorithm.suits(info.type())) {
      return false;
    }
    String name = engineName(algorithm);
    return name == null || engine(name).isPresent();
  }

  /**
   * Verifies.
   *
   * @param algorithm the algorithm
   * @param message the message, or its digest
   * @param signature the signature, DER for ECDSA
   * @return whether it is right
   */
  public boolean verify(SignatureAlgorithm algorithm, Message message, byte[] signature) {
    if (!algorithm.suits(info.type())) {
      return false;
    }
    return switch (algorithm.scheme()) {
      case SignatureAlgorithm.ECDSA -> ecdsa(algorithm, message, signature);
      case SignatureAlgorithm.RSA_PKCS1, SignatureAlgorithm.RSA_PSS ->
          rsa(algorithm, message, signature);
      default -> {
        Integer length = LENGTHS.get(algorithm.scheme());
        yield (length == null || length == signature.length)
            && jca(algorithm.jcaName(), message.bytes(), signature);
      }
    };
  }

  private boolean ecdsa(SignatureAlgorithm algorithm, Message message, byte[] signature) {
    Curve curve = info.type().curve();
    byte[] plain;
    try {
      plain =
          curve == null ? signature : EcdsaSignature.toPlain(signature, curve.coordinateLength());
    } catch (InvalidInputException malformed) {
      return false;
    }
    HashAlgorithm hash = algorithm.hash();
    byte[] digest =
        message instanceof Message.Raw raw && hash != null
            ? hash.digest(raw.bytes())
            : message.bytes();
    return jca(curve == null ? "NONEwithECDSA" : "NONEwithECDSAinP1363Format", digest, plain);
  }

  private boolean rsa(SignatureAlgorithm algorithm, Message message, byte[] signature) {
    RSAPublicKey rsa = (RSAPublicKey) key;
    HashAlgorithm hash = algorithm.hash();
    if (hash == null) {
      return RsaDigestVerification.pkcs1(rsa, message.bytes(), signature);
    }
    byte[] digest = message instanceof Message.Raw raw ? hash.digest(raw.bytes()) : message.bytes();
    return algorithm.scheme().equals(SignatureAlgorithm.RSA_PSS)
        ? RsaDigestVerification.pss(rsa, hash, digest, signature)
        : RsaDigestVerification.pkcs1(rsa, hash, digest, signature);
  }

  private boolean jca(String name, byte[] data, byte[] signature) {
    Provider provider = engine(name).orElseThrow(() -> cannot(name, null));
    try {
      Signature engine = Signature.getInstance(name, provider);
      engine.initVerify(key);
      engine.update(data);
      return engine.verify(signature);
    } catch (SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException e) {
      throw cannot(name, e);
    }
  }

  /** The engine that the scheme needs, or null if it needs none. */
  private @Nullable String engineName(SignatureAlgorithm algorithm) {
    return switch (algorithm.scheme()) {
      case SignatureAlgorithm.ECDSA ->
          info.type().curve() == null ? "NONEwithECDSA" : "NONEwithECDSAinP1363Format";
      case SignatureAlgorithm.RSA_PKCS1, SignatureAlgorithm.RSA_PSS -> null;
      default -> algorithm.jcaName();
    };
  }

  private Optional<Provider> engine(String name) {
    return engines.computeIfAbsent(name, this::findEngine);
  }

  /**
   * The first provider that verifies with this key. Asked by a trial: the JDK's ECDSA takes a key on a
   * curve that it does not implement (secp256k1), and only says so when it verifies, by the exception
   * that else means a malformed signature.
   */
  private Optional<Provider> findEngine(String name) {
    Provider[] providers = Security.getProviders("Signature." + name);
    for (Provider provider : providers == null ? new Provider[0] : providers) {
      try {
        Signature engine = Signature.getInstance(name, provider);
        engine.initVerify(key);
        Curve curve = info.type().curve();
        if (curve != null) {
          byte[] ones = new byte[2 * curve.coordinateLength()];
          ones[curve.coordinateLength() - 1] = 1;
          ones[ones.length - 1] = 1;
          engine.update(new byte[32]);
          engine.verify(ones);
        }
        return Optional.of(provider);
      } catch (GeneralSecurityException | RuntimeException e) {
        // this provider can't; the next may
      }
    }
    return Optional.empty();
  }

  private UnsupportedKeyOperationException cannot(String name, @Nullable Exception cause) {
    return new UnsupportedKeyOperationException(
        "no installed JCA provider verifies "
            + name
            + " with a "
            + info.type()
            + " key; install one that does, for example BouncyCastle, or a newer JDK",
        cause);
  }
}
