package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.Digest;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HashSLHDSASigner;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.SLHDSASigner;
import org.bouncycastle.crypto.util.DigestFactory;

/**
 * AsymmetricSign as the service does it: which of {@code data} and {@code digest} an algorithm
 * takes, of what length, and what comes back. ECDSA signatures are DER; PSS has MGF1 with the same
 * hash and a salt as long as the hash; everything else is the raw signature.
 */
final class Signatures {
  private static final int MU_LENGTH = 64;

  private final SecureRandom random;

  Signatures(SecureRandom random) {
    this.random = random;
  }

  /** What a request gives to sign, after the rules of the algorithm. */
  record Input(ByteString bytes, boolean digest) {}

  Input input(KeyAlgorithm algorithm, AsymmetricSignRequest request) {
    boolean hasDigest = request.hasDigest();
    boolean hasData = !request.getData().isEmpty();
    if (hasDigest && hasData) {
      throw KmsFailure.invalidArgument("Only one of digest and data may be given.");
    }
    if (request.hasDigestCrc32C() && !hasDigest) {
      throw KmsFailure.invalidArgument("digest_crc32c is given without a digest.");
    }
    if (!hasDigest && !hasData) {
      throw KmsFailure.invalidArgument("One of digest and data must be given.");
    }
    if (!hasDigest) {
      if (algorithm.scheme() == KeyAlgorithm.Scheme.ML_DSA_EXTERNAL_MU) {
        throw KmsFailure.invalidArgument(algorithm.id() + " takes digest.external_mu only.");
      }
      return new Input(request.getData(), false);
    }
    Digest digest = request.getDigest();
    ByteString bytes =
        switch (digest.getDigestCase()) {
          case SHA256 -> wanted(algorithm, "SHA-256", digest.getSha256());
          case SHA384 -> wanted(algorithm, "SHA-384", digest.getSha384());
          case SHA512 -> wanted(algorithm, "SHA-512", digest.getSha512());
          case EXTERNAL_MU -> mu(algorithm, digest.getExternalMu());
          case DIGEST_NOT_SET -> throw KmsFailure.invalidArgument("The digest is empty.");
        };
    return new Input(bytes, true);
  }

  private static ByteString wanted(KeyAlgorithm algorithm, String hash, ByteString digest) {
    if (!algorithm.hash().equals(hash)) {
      throw KmsFailure.invalidArgument(
          "The digest "
              + hash
              + " is not valid for CryptoKeys with algorithm "
              + algorithm.id()
              + ".");
    }
    int length = hashLength(hash);
    if (digest.size() != length) {
      throw KmsFailure.invalidArgument(
          "The digest has " + digest.size() + " bytes; " + hash + " has " + length + ".");
    }
    return digest;
  }

  private static ByteString mu(KeyAlgorithm algorithm, ByteString mu) {
    if (algorithm.scheme() != KeyAlgorithm.Scheme.ML_DSA_EXTERNAL_MU) {
      throw KmsFailure.invalidArgument(
          "external_mu is not valid for CryptoKeys with algorithm " + algorithm.id() + ".");
    }
    if (mu.size() != MU_LENGTH) {
      throw KmsFailure.invalidArgument("external_mu must have 64 bytes.");
    }
    return mu;
  }

  byte[] sign(KeyAlgorithm algorithm, KeyMaterial.Pair key, Input input) {
    byte[] bytes = input.bytes().toByteArray();
    if (!input.digest() && !algorithm.hash().isEmpty()) {
      bytes = hash(algorithm.hash(), bytes);
    }
    AsymmetricKeyParameter secret = key.privateKey();
    try {
      return switch (algorithm.scheme()) {
        case RSA_PKCS1 -> pkcs1(secret, digestInfo(algorithm.hash(), bytes));
        case RSA_RAW_PKCS1 -> pkcs1(secret, bytes);
        case RSA_PSS -> pss(algorithm.hash(), secret, bytes);
        case ECDSA_NIST, ECDSA_SECP256K1 -> ecdsa(secret, bytes);
        case ED25519 -> {
          Ed25519Signer signer = new Ed25519Signer();
          signer.init(true, secret);
          signer.update(bytes, 0, bytes.length);
          yield signer.generateSignature();
        }
        case ML_DSA -> {
          MLDSASigner signer = new MLDSASigner();
          signer.init(true, new ParametersWithRandom(secret, random));
          signer.update(bytes, 0, bytes.length);
          yield signer.generateSignature();
        }
        case ML_DSA_EXTERNAL_MU -> {
          MLDSASigner signer = new MLDSASigner();
          signer.init(true, new ParametersWithRandom(secret, random));
          yield signer.generateMuSignature(bytes);
        }
        case SLH_DSA -> {
          SLHDSASigner signer = new SLHDSASigner();
          signer.init(true, new ParametersWithRandom(secret, random));
          yield signer.generateSignature(bytes);
        }
        case SLH_DSA_SHA256 -> new DigestSlhDsa().sign(secret, bytes);
        default -> throw new IllegalStateException(algorithm.id() + " does not sign");
      };
    } catch (CryptoException | DataLengthException | IOException e) {
      throw KmsFailure.invalidArgument("The data cannot be signed: " + e.getMessage());
    }
  }

  private byte[] pkcs1(AsymmetricKeyParameter secret, byte[] bytes)
      throws InvalidCipherTextException {
    PKCS1Encoding encoding = new PKCS1Encoding(new RSABlindedEngine());
    encoding.init(true, secret);
    if (bytes.length > encoding.getInputBlockSize()) {
      throw KmsFailure.invalidArgument(
          "data has "
              + bytes.length
              + " bytes; this key signs at most "
              + encoding.getInputBlockSize()
              + ".");
    }
    return encoding.processBlock(bytes, 0, bytes.length);
  }

  private byte[] pss(String hash, AsymmetricKeyParameter secret, byte[] digest)
      throws CryptoException {
    org.bouncycastle.crypto.Digest content = digest(hash);
    PSSSigner signer =
        PSSSigner.createRawSigner(
            new RSABlindedEngine(),
            content,
            digest(hash),
            content.getDigestSize(),
            PSSSigner.TRAILER_IMPLICIT);
    signer.init(true, new ParametersWithRandom(secret, random));
    signer.update(digest, 0, digest.length);
    return signer.generateSignature();
  }

  private byte[] ecdsa(AsymmetricKeyParameter secret, byte[] digest) throws IOException {
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ParametersWithRandom(secret, random));
    ASN1EncodableVector integers = new ASN1EncodableVector();
    for (BigInteger integer : signer.generateSignature(digest)) {
      integers.add(new ASN1Integer(integer));
    }
    return new DERSequence(integers).getEncoded();
  }

  private static byte[] digestInfo(String hash, byte[] digest) throws IOException {
    AlgorithmIdentifier identifier =
        new AlgorithmIdentifier(
            hash.equals("SHA-256")
                ? NISTObjectIdentifiers.id_sha256
                : NISTObjectIdentifiers.id_sha512,
            DERNull.INSTANCE);
    return new DigestInfo(identifier, digest).getEncoded("DER");
  }

  private static org.bouncycastle.crypto.Digest digest(String hash) {
    return hash.equals("SHA-256") ? DigestFactory.createSHA256() : DigestFactory.createSHA512();
  }

  static byte[] hash(String name, byte[] data) {
    try {
      return MessageDigest.getInstance(name).digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no " + name, e);
    }
  }

  private static int hashLength(String hash) {
    return Integer.parseInt(hash.substring("SHA-".length())) / 8;
  }

  /** FIPS 205 algorithm 23 from the digest on: BouncyCastle's own signer wants the message. */
  private final class DigestSlhDsa extends HashSLHDSASigner {
    byte[] sign(AsymmetricKeyParameter secret, byte[] digest) throws IOException {
      init(true, secret);
      byte[] oid = NISTObjectIdentifiers.id_sha256.getEncoded();
      byte[] message = new byte[2 + oid.length + digest.length];
      message[0] = 1; // the domain of pre-hash signatures; the context is empty
      System.arraycopy(oid, 0, message, 2, oid.length);
      System.arraycopy(digest, 0, message, 2 + oid.length, digest.length);
      byte[] optRand = new byte[16];
      random.nextBytes(optRand);
      return internalGenerateSignature(message, optRand);
    }
  }
}
