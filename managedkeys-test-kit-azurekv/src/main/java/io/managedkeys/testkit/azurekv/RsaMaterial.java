package io.managedkeys.testkit.azurekv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/** RSA and RSA-HSM: RS and PS signatures over a digest, RSA-OAEP, RSA-OAEP-256 and RSA1_5. */
record RsaMaterial(boolean hsm, RSAPrivateCrtKeyParameters key) implements KeyMaterial {

  private record Hash(ASN1ObjectIdentifier oid, int length, Supplier<Digest> digest) {}

  private static final Map<String, Hash> HASHES =
      Map.of(
          "256", new Hash(NISTObjectIdentifiers.id_sha256, 32, SHA256Digest::new),
          "384", new Hash(NISTObjectIdentifiers.id_sha384, 48, SHA384Digest::new),
          "512", new Hash(NISTObjectIdentifiers.id_sha512, 64, SHA512Digest::new));

  static RsaMaterial generate(boolean hsm, int bits) {
    if (bits != 2048 && bits != 3072 && bits != 4096) {
      throw ServiceError.badParameter("key_size must be 2048, 3072 or 4096.");
    }
    try {
      // The JDK finds primes several times faster than BouncyCastle does.
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits, RandomSource.get());
      byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
      return new RsaMaterial(hsm, (RSAPrivateCrtKeyParameters) PrivateKeyFactory.createKey(pkcs8));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static RsaMaterial ofJwk(boolean hsm, Json jwk) {
    try {
      return new RsaMaterial(
          hsm,
          new RSAPrivateCrtKeyParameters(
              number(jwk, "n"),
              number(jwk, "e"),
              number(jwk, "d"),
              number(jwk, "p"),
              number(jwk, "q"),
              number(jwk, "dp"),
              number(jwk, "dq"),
              number(jwk, "qi")));
    } catch (IllegalArgumentException e) {
      throw ServiceError.badParameter("The RSA key is not valid.");
    }
  }

  private static BigInteger number(Json jwk, String name) {
    return new BigInteger(1, jwk.requiredBytes(name));
  }

  @Override
  public String kty() {
    return hsm ? "RSA-HSM" : "RSA";
  }

  @Override
  public Map<String, Object> publicMembers() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("n", Json.base64Url(BigIntegers.asUnsignedByteArray(key.getModulus())));
    members.put("e", Json.base64Url(BigIntegers.asUnsignedByteArray(key.getPublicExponent())));
    return members;
  }

  @Override
  public List<String> defaultOperations() {
    return List.of("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey");
  }

  @Override
  public KeyMaterial another() {
    return generate(hsm, key.getModulus().bitLength());
  }

  @Override
  public byte[] sign(String algorithm, byte[] digest) {
    Hash hash = hash(algorithm, digest);
    try {
      if (algorithm.startsWith("PS")) {
        PSSSigner signer = pss(hash);
        signer.init(true, key);
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
      }
      byte[] info = digestInfo(hash, digest);
      PKCS1Encoding padding = new PKCS1Encoding(new RSABlindedEngine());
      padding.init(true, key);
      return padding.processBlock(info, 0, info.length);
    } catch (CryptoException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean verify(String algorithm, byte[] digest, byte[] signature) {
    Hash hash = hash(algorithm, digest);
    if (algorithm.startsWith("PS")) {
      PSSSigner verifier = pss(hash);
      verifier.init(false, publicKey());
      verifier.update(digest, 0, digest.length);
      return verifier.verifySignature(signature);
    }
    PKCS1Encoding padding = new PKCS1Encoding(new RSABlindedEngine());
    padding.init(false, publicKey());
    try {
      byte[] info = padding.processBlock(signature, 0, signature.length);
      return Arrays.constantTimeAreEqual(info, digestInfo(hash, digest));
    } catch (InvalidCipherTextException | DataLengthException e) {
      return false;
    }
  }

  @Override
  public Encrypted encrypt(
      String algorithm, byte[] plaintext, byte @Nullable [] iv, byte @Nullable [] aad) {
    return new Encrypted(wrap(algorithm, plaintext), null, null);
  }

  @Override
  public byte[] decrypt(
      String algorithm,
      byte[] ciphertext,
      byte @Nullable [] iv,
      byte @Nullable [] tag,
      byte @Nullable [] aad) {
    return unwrap(algorithm, ciphertext);
  }

  @Override
  public byte[] wrap(String algorithm, byte[] plaintext) {
    return process(algorithm, true, publicKey(), plaintext);
  }

  @Override
  public byte[] unwrap(String algorithm, byte[] ciphertext) {
    return process(algorithm, false, key, ciphertext);
  }

  private byte[] process(String algorithm, boolean encrypt, CipherParameters with, byte[] input) {
    AsymmetricBlockCipher cipher =
        switch (algorithm) {
          case "RSA1_5" -> new PKCS1Encoding(new RSABlindedEngine());
          case "RSA-OAEP" ->
              new OAEPEncoding(new RSABlindedEngine(), new SHA1Digest(), new SHA1Digest(), null);
          case "RSA-OAEP-256" ->
              new OAEPEncoding(
                  new RSABlindedEngine(), new SHA256Digest(), new SHA256Digest(), null);
          default -> throw unsupportedAlgorithm(algorithm);
        };
    cipher.init(encrypt, with);
    if (encrypt ? input.length > cipher.getInputBlockSize() : input.length != blockLength()) {
      throw ServiceError.badParameter("The value has an invalid length for the key.");
    }
    try {
      return cipher.processBlock(input, 0, input.length);
    } catch (InvalidCipherTextException | DataLengthException e) {
      throw ServiceError.badParameter("The value could not be decrypted.");
    }
  }

  private int blockLength() {
    return (key.getModulus().bitLength() + 7) / 8;
  }

  private RSAKeyParameters publicKey() {
    return new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent());
  }

  private static PSSSigner pss(Hash hash) {
    return PSSSigner.createRawSigner(
        new RSABlindedEngine(),
        hash.digest().get(),
        hash.digest().get(),
        hash.length(),
        PSSSigner.TRAILER_IMPLICIT);
  }

  private static byte[] digestInfo(Hash hash, byte[] digest) {
    try {
      return new DigestInfo(new AlgorithmIdentifier(hash.oid(), DERNull.INSTANCE), digest)
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Hash hash(String algorithm, byte[] digest) {
    Hash hash = algorithm.matches("[RP]S\\d{3}") ? HASHES.get(algorithm.substring(2)) : null;
    if (hash == null) {
      throw unsupportedAlgorithm(algorithm);
    }
    if (digest.length != hash.length()) {
      throw ServiceError.badParameter(
          "The length of the digest is invalid for the algorithm '" + algorithm + "'.");
    }
    return hash;
  }

  private ServiceError unsupportedAlgorithm(String algorithm) {
    return ServiceError.badParameter(
        "The algorithm '" + algorithm + "' is not supported by a key of type '" + kty() + "'.");
  }

  /** Names the kind only, so that no log shows the key. */
  @Override
  public String toString() {
    return kty();
  }
}
