package io.managedkeys.local;

import io.managedkeys.KeyType;
import io.managedkeys.codec.Spki;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * Finds the public half of a bare private key with the JDK's own arithmetic, which has no call for it:
 * an agreement with the base point gives a coordinate of the public point, and a key generator whose
 * randomness is the private key gives the pair. No secret goes through arithmetic of ours.
 */
final class PublicHalf {

  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final BigInteger FOUR = BigInteger.valueOf(4);

  private PublicHalf() {}

  /** The public half, or null for families where the JDK gives no way to it. */
  static @Nullable PublicKey of(PrivateKey key) throws GeneralSecurityException {
    if (key instanceof ECPrivateKey ec) {
      return ofEc(ec);
    }
    if (key instanceof EdECPrivateKey ed) {
      return ofEd(ed);
    }
    if (key instanceof XECPrivateKey x) {
      return ofX(x);
    }
    return null;
  }

  /** x of d·G from ECDH with G; y is one of the two roots, told apart by a signature. */
  private static PublicKey ofEc(ECPrivateKey key) throws GeneralSecurityException {
    ECParameterSpec parameters = key.getParams();
    EllipticCurve curve = parameters.getCurve();
    if (!(curve.getField() instanceof ECFieldFp field) || !field.getP().mod(FOUR).equals(THREE)) {
      throw new InvalidKeyException("only P-256, P-384 and P-521 are known here");
    }
    BigInteger p = field.getP();
    byte[] shared = agree("ECDH", key, ecPublic(parameters, parameters.getGenerator()));
    BigInteger x = new BigInteger(1, shared);
    BigInteger square = x.modPow(THREE, p).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    BigInteger y = square.modPow(p.add(BigInteger.ONE).divide(FOUR), p);
    PublicKey candidate = ecPublic(parameters, new ECPoint(x, y));
    KeyType type = Spki.keyType(candidate.getEncoded());
    return PrivateKeys.signs(type, key, candidate)
        ? candidate
        : ecPublic(parameters, new ECPoint(x, p.subtract(y)));
  }

  private static PublicKey ecPublic(ECParameterSpec parameters, ECPoint point)
      throws GeneralSecurityException {
    return Jdk.keyFactory("EC").generatePublic(new ECPublicKeySpec(point, parameters));
  }

  private static PublicKey ofEd(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed =
        key.getBytes().orElseThrow(() -> new InvalidKeyException("the key hides its bytes"));
    try {
      KeyPairGenerator generator = Jdk.generator(key.getParams().getName());
      generator.initialize(key.getParams(), new Replay(seed));
      KeyPair pair = generator.generateKeyPair();
      return pair.getPublic();
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static PublicKey ofX(XECPrivateKey key) throws GeneralSecurityException {
    if (!(key.getParams() instanceof NamedParameterSpec named)
        || !named.getName().equals("X25519")) {
      throw new InvalidKeyException("only X25519 is known here");
    }
    PublicKey base =
        Jdk.keyFactory("X25519").generatePublic(new XECPublicKeySpec(named, BigInteger.valueOf(9)));
    byte[] u = agree("X25519", key, base);
    for (int i = 0; i < u.length / 2; i++) {
      byte swapped = u[i];
      u[i] = u[u.length - 1 - i];
      u[u.length - 1 - i] = swapped;
    }
    return Jdk.keyFactory("X25519")
        .generatePublic(new XECPublicKeySpec(named, new BigInteger(1, u)));
  }

  /** Whether a key that can't sign has this public half: both sides of an agreement agree. */
  static boolean agrees(PrivateKey key, PublicKey candidate) throws GeneralSecurityException {
    KeyPair other = Jdk.generator("X25519").generateKeyPair();
    return Arrays.equals(
        agree("X25519", key, other.getPublic()), agree("X25519", other.getPrivate(), candidate));
  }

  private static byte[] agree(String algorithm, PrivateKey key, PublicKey peer)
      throws GeneralSecurityException {
    KeyAgreement agreement = Jdk.agreement(algorithm);
    agreement.init(key);
    agreement.doPhase(peer, true);
    return agreement.generateSecret();
  }

  /** Hands out one value, as a key generator's randomness. */
  private static final class Replay extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient byte[] value;

    Replay(byte[] value) {
      this.value = value;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != value.length) {
        throw new IllegalStateException("the JDK's generator asks for another length");
      }
      System.arraycopy(value, 0, bytes, 0, bytes.length);
    }
  }
}
