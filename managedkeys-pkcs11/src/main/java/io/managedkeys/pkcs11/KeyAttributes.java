package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckk;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a key object says of itself.
 *
 * @param keyType its type
 * @param label its label, or null
 * @param id its id, or null
 * @param sign CKA_SIGN, and so on
 * @param alwaysAuthenticate CKA_ALWAYS_AUTHENTICATE: every operation needs a login of its own
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeyAttributes(
    KeyType keyType,
    @Nullable String label,
    byte @Nullable [] id,
    boolean sign,
    boolean encrypt,
    boolean decrypt,
    boolean wrap,
    boolean unwrap,
    boolean derive,
    boolean alwaysAuthenticate) {

  static KeyAttributes read(
      Cryptoki cryptoki, long session, KeyObject.Found key, Optional<HashAlgorithm> macHash)
      throws CkrException {
    long handle = key.handle();
    boolean secret = key.objectClass() == Cko.SECRET_KEY;
    byte[] label = cryptoki.bytesAttribute(session, handle, Cka.LABEL);
    return new KeyAttributes(
        type(cryptoki, session, handle, secret, macHash),
        label == null ? null : new String(label, java.nio.charset.StandardCharsets.UTF_8),
        cryptoki.bytesAttribute(session, handle, Cka.ID),
        is(cryptoki, session, handle, Cka.SIGN),
        secret && is(cryptoki, session, handle, Cka.ENCRYPT),
        is(cryptoki, session, handle, Cka.DECRYPT),
        secret && is(cryptoki, session, handle, Cka.WRAP),
        is(cryptoki, session, handle, Cka.UNWRAP),
        is(cryptoki, session, handle, Cka.DERIVE),
        !secret && is(cryptoki, session, handle, Cka.ALWAYS_AUTHENTICATE));
  }

  private static boolean is(Cryptoki cryptoki, long session, long handle, long type)
      throws CkrException {
    return Boolean.TRUE.equals(cryptoki.booleanAttribute(session, handle, type));
  }

  private static KeyType type(
      Cryptoki cryptoki, long session, long handle, boolean secret, Optional<HashAlgorithm> macHash)
      throws CkrException {
    Long number = cryptoki.longAttribute(session, handle, Cka.KEY_TYPE);
    if (number == null) {
      throw new UnsupportedKeyOperationException("the token does not tell the key's type");
    }
    if (number == Ckk.RSA) {
      byte[] modulus = cryptoki.bytesAttribute(session, handle, Cka.MODULUS);
      if (modulus == null) {
        throw new UnsupportedKeyOperationException(
            "the token does not tell the RSA key's modulus (CKA_MODULUS)");
      }
      return KeyType.rsa(new BigInteger(1, modulus).bitLength());
    }
    if (number == Ckk.EC) {
      return KeyType.parse(
          curve(cryptoki.bytesAttribute(session, handle, Cka.EC_PARAMS)).keyType());
    }
    if (number == Ckk.EC_EDWARDS) {
      return edwards(cryptoki.bytesAttribute(session, handle, Cka.EC_PARAMS));
    }
    Long length = cryptoki.longAttribute(session, handle, Cka.VALUE_LEN);
    if (number == Ckk.AES && length != null) {
      return KeyType.aes(Math.toIntExact(length * 8));
    }
    Optional<HashAlgorithm> ofType =
        number == Ckk.SHA_1_HMAC
            ? Optional.of(HashAlgorithm.SHA1)
            : number == Ckk.SHA256_HMAC
                ? Optional.of(HashAlgorithm.SHA256)
                : number == Ckk.SHA384_HMAC
                    ? Optional.of(HashAlgorithm.SHA384)
                    : number == Ckk.SHA512_HMAC
                        ? Optional.of(HashAlgorithm.SHA512)
                        : Optional.empty();
    if (ofType.isPresent()) {
      return KeyType.hmac(ofType.get());
    }
    if (secret && number == Ckk.GENERIC_SECRET) {
      return KeyType.hmac(macHash.orElse(byLength(length)));
    }
    throw new UnsupportedKeyOperationException(
        "the key has type 0x" + Long.toHexString(number) + ", which this library does not use");
  }

  /** A key for HMAC is as long as its hash (RFC 2104, section 3), unless the entry says otherwise. */
  private static HashAlgorithm byLength(@Nullable Long length) {
    if (length != null && length == HashAlgorithm.SHA512.length()) {
      return HashAlgorithm.SHA512;
    }
    if (length != null && length == HashAlgorithm.SHA384.length()) {
      return HashAlgorithm.SHA384;
    }
    return HashAlgorithm.SHA256;
  }

  /** The curve that CKA_EC_PARAMS names. */
  static Curve curve(byte @Nullable [] parameters) {
    for (Curve curve : new Curve[] {Curve.P256, Curve.P384, Curve.P521, Curve.SECP256K1}) {
      if (parameters != null && Arrays.equals(curve.parameters(), parameters)) {
        return curve;
      }
    }
    throw new UnsupportedKeyOperationException(
        "the key's curve is none of P-256, P-384, P-521 and secp256k1");
  }

  /** Ed25519 or Ed448: tokens write the object identifier (RFC 8410) or the curve's name. */
  private static KeyType edwards(byte @Nullable [] parameters) {
    if (parameters != null
        && (Arrays.equals(parameters, EdwardsCurve.ED25519_OID)
            || Arrays.equals(parameters, EdwardsCurve.ED25519_NAME))) {
      return KeyType.ED25519;
    }
    if (parameters != null
        && (Arrays.equals(parameters, EdwardsCurve.ED448_OID)
            || Arrays.equals(parameters, EdwardsCurve.ED448_NAME))) {
      return KeyType.ED448;
    }
    throw new UnsupportedKeyOperationException("the Edwards key is neither Ed25519 nor Ed448");
  }
}
