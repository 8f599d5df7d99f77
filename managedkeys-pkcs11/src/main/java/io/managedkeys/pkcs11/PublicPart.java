package io.managedkeys.pkcs11;

import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.Spki;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The public key that belongs to a private key object. From the private object itself where that
 * says it (RSA everywhere, EC on some tokens), else from the public object or the certificate with
 * the same label and id, else from what the entry is configured with.
 */
final class PublicPart {

  private PublicPart() {}

  static byte[] read(
      Cryptoki cryptoki,
      long session,
      long privateKey,
      KeyType type,
      KeyObject exact,
      @Nullable Path configured)
      throws CkrException {
    byte[] fromToken = fromToken(cryptoki, session, privateKey, type, exact);
    byte[] fromFile = configured == null ? null : fromFile(configured);
    if (fromFile != null) {
      if (!Spki.keyType(fromFile).equals(type)) {
        throw new InvalidConfigurationException(
            "public-key-file: holds a "
                + Spki.keyType(fromFile)
                + " key, but the private key in the token is "
                + type);
      }
      if (fromToken != null && !Arrays.equals(fromToken, fromFile)) {
        throw new IdentityChangedException(
            "public-key-file holds another public key than the token has for "
                + exact
                + "; correct the one that is wrong");
      }
      return fromFile;
    }
    if (fromToken == null) {
      throw new KeyNotFoundException(
          "the token holds the private key with "
              + exact
              + " but neither its public key nor its certificate; set public-key-file");
    }
    return fromToken;
  }

  private static byte @Nullable [] fromToken(
      Cryptoki cryptoki, long session, long privateKey, KeyType type, KeyObject exact)
      throws CkrException {
    byte[] own = fromObject(cryptoki, session, privateKey, type);
    if (own != null) {
      return own;
    }
    OptionalLong publicKey = exact.single(cryptoki, session, Cko.PUBLIC_KEY);
    if (publicKey.isPresent()) {
      byte[] read = fromObject(cryptoki, session, publicKey.getAsLong(), type);
      if (read != null) {
        return read;
      }
    }
    for (KeyObject candidate : new KeyObject[] {exact, new KeyObject(null, exact.id())}) {
      if (candidate.id() == null && candidate.label() == null) {
        continue;
      }
      OptionalLong certificate = candidate.single(cryptoki, session, Cko.CERTIFICATE);
      if (certificate.isPresent()) {
        byte[] der = cryptoki.bytesAttribute(session, certificate.getAsLong(), Cka.VALUE);
        byte[] spki = der == null ? null : ofCertificate(der);
        if (spki != null && Spki.keyType(spki).equals(type)) {
          return spki;
        }
      }
    }
    return null;
  }

  /** What an RSA object, or an EC object with its point, says; null if it does not. */
  private static byte @Nullable [] fromObject(
      Cryptoki cryptoki, long session, long object, KeyType type) throws CkrException {
    if (type.family().equals("RSA")) {
      byte[] modulus = cryptoki.bytesAttribute(session, object, Cka.MODULUS);
      byte[] exponent = cryptoki.bytesAttribute(session, object, Cka.PUBLIC_EXPONENT);
      return modulus == null || exponent == null || exponent.length == 0
          ? null
          : Spki.ofRsa(new BigInteger(1, modulus), new BigInteger(1, exponent));
    }
    byte[] point = cryptoki.bytesAttribute(session, object, Cka.EC_POINT);
    if (point == null || point.length == 0) {
      return null;
    }
    Curve curve = type.curve();
    int length =
        curve != null ? 1 + 2 * curve.coordinateLength() : type.equals(KeyType.ED25519) ? 32 : 57;
    byte[] raw = unwrapped(point, length);
    return curve != null ? Spki.ofEc(curve, raw) : Spki.ofRaw(type, raw);
  }

  /** CKA_EC_POINT is a DER OCTET STRING by the standard; some tokens give the bare point. */
  static byte[] unwrapped(byte[] point, int length) {
    if (point.length == length) {
      return point;
    }
    int header = point.length - length;
    boolean octets =
        (header == 2 && point[0] == 4 && (point[1] & 0xFF) == length && length < 0x80)
            || (header == 3
                && point[0] == 4
                && (point[1] & 0xFF) == 0x81
                && (point[2] & 0xFF) == length);
    if (!octets) {
      throw new InvalidInputException(
          "the token's public point has a form this library does not know ("
              + point.length
              + " bytes)");
    }
    return Arrays.copyOfRange(point, header, point.length);
  }

  private static byte @Nullable [] ofCertificate(byte[] der) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der))
          .getPublicKey()
          .getEncoded();
    } catch (CertificateException e) {
      return null;
    }
  }

  private static byte[] fromFile(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          "public-key-file: can't be read as PEM: " + e.getMessage(), e);
    }
    try {
      if (text.contains("-----BEGIN CERTIFICATE-----")) {
        byte[] spki = ofCertificate(text.getBytes(StandardCharsets.US_ASCII));
        if (spki != null) {
          return spki;
        }
      } else if (text.contains("-----BEGIN PUBLIC KEY-----")) {
        String body =
            text.substring(
                text.indexOf("-----BEGIN PUBLIC KEY-----") + 26,
                text.indexOf("-----END PUBLIC KEY-----"));
        byte[] spki = Base64.getMimeDecoder().decode(body);
        Spki.keyType(spki);
        return spki;
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ManagedKeyException e) {
      throw new InvalidConfigurationException("public-key-file: holds no usable public key", e);
    }
    throw new InvalidConfigurationException(
        "public-key-file: holds neither a PEM public key nor a PEM certificate");
  }
}
