package io.managedkeys;

import io.managedkeys.codec.AlgorithmIdentifiers;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signature algorithm with everything it is called elsewhere: its JCA, JOSE and X.509 names and
 * the digest it begins with.
 *
 * <p>Signatures have these forms: ECDSA a DER {@code SEQUENCE { r, s }} (X9.62); RSA the modulus'
 * length; Ed25519, Ed448 (RFC 8032) and ML-DSA (FIPS 204) raw and pure, over the message itself. RSA-PSS
 * uses MGF1 with the same hash and a salt as long as the hash (RFC 8017).
 */
public final class SignatureAlgorithm implements Algorithm {

  /** Scheme name of RSASSA-PKCS1-v1_5. */
  public static final String RSA_PKCS1 = "RSA_PKCS1";

  /** Scheme name of RSASSA-PSS. */
  public static final String RSA_PSS = "RSA_PSS";

  /** Scheme name of ECDSA. */
  public static final String ECDSA = "ECDSA";

  /** RSASSA-PKCS1-v1_5 with SHA-1, only where an entry permits it by name. */
  public static final SignatureAlgorithm RSA_PKCS1_SHA1 = rsaPkcs1(HashAlgorithm.SHA1, null);

  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  public static final SignatureAlgorithm RSA_PKCS1_SHA256 = rsaPkcs1(HashAlgorithm.SHA256, "RS256");

  /** RSASSA-PKCS1-v1_5 with SHA-384. */
  public static final SignatureAlgorithm RSA_PKCS1_SHA384 = rsaPkcs1(HashAlgorithm.SHA384, "RS384");

  /** RSASSA-PKCS1-v1_5 with SHA-512. */
  public static final SignatureAlgorithm RSA_PKCS1_SHA512 = rsaPkcs1(HashAlgorithm.SHA512, "RS512");

  /**
   * PKCS #1 v1.5 padding over a DigestInfo that the caller made ({@code NONEwithRSA}), only where an
   * entry permits it by name.
   */
  public static final SignatureAlgorithm RSA_PKCS1_NONE =
      new SignatureAlgorithm("RSA_PKCS1_NONE", RSA_PKCS1, "RSA", null, "NONEwithRSA", null);

  /** RSASSA-PSS with SHA-256 and a salt of 32 bytes. */
  public static final SignatureAlgorithm RSA_PSS_SHA256 = rsaPss(HashAlgorithm.SHA256, "PS256");

  /** RSASSA-PSS with SHA-384 and a salt of 48 bytes. */
  public static final SignatureAlgorithm RSA_PSS_SHA384 = rsaPss(HashAlgorithm.SHA384, "PS384");

  /** RSASSA-PSS with SHA-512 and a salt of 64 bytes. */
  public static final SignatureAlgorithm RSA_PSS_SHA512 = rsaPss(HashAlgorithm.SHA512, "PS512");

  /** ECDSA with SHA-1, only where an entry permits it by name. */
  public static final SignatureAlgorithm ECDSA_SHA1 = ecdsa(HashAlgorithm.SHA1);

  /** ECDSA with SHA-256. */
  public static final SignatureAlgorithm ECDSA_SHA256 = ecdsa(HashAlgorithm.SHA256);

  /** ECDSA with SHA-384. */
  public static final SignatureAlgorithm ECDSA_SHA384 = ecdsa(HashAlgorithm.SHA384);

  /** ECDSA with SHA-512. */
  public static final SignatureAlgorithm ECDSA_SHA512 = ecdsa(HashAlgorithm.SHA512);

  /**
   * ECDSA over a digest of any kind that the caller made ({@code NONEwithECDSA}), only where an entry
   * permits it by name.
   */
  public static final SignatureAlgorithm ECDSA_NONE =
      new SignatureAlgorithm("ECDSA_NONE", ECDSA, "EC", null, "NONEwithECDSA", null);

  /** Ed25519, pure (RFC 8032). */
  public static final SignatureAlgorithm ED25519 =
      new SignatureAlgorithm("ED25519", "ED25519", "ED25519", null, "Ed25519", "EdDSA");

  /** Ed448, pure (RFC 8032). */
  public static final SignatureAlgorithm ED448 =
      new SignatureAlgorithm("ED448", "ED448", "ED448", null, "Ed448", "EdDSA");

  /** ML-DSA-44, pure (FIPS 204). */
  public static final SignatureAlgorithm ML_DSA_44 = mlDsa("ML_DSA_44", "ML-DSA-44");

  /** ML-DSA-65, pure (FIPS 204). */
  public static final SignatureAlgorithm ML_DSA_65 = mlDsa("ML_DSA_65", "ML-DSA-65");

  /** ML-DSA-87, pure (FIPS 204). */
  public static final SignatureAlgorithm ML_DSA_87 = mlDsa("ML_DSA_87", "ML-DSA-87");

  private static final Map<String, SignatureAlgorithm> KNOWN = new LinkedHashMap<>();

  static {
    for (SignatureAlgorithm algorithm :
        List.of(
            RSA_PKCS1_SHA256,
            RSA_PKCS1_SHA384,
            RSA_PKCS1_SHA512,
            RSA_PKCS1_SHA1,
            RSA_PKCS1_NONE,
            RSA_PSS_SHA256,
            RSA_PSS_SHA384,
            RSA_PSS_SHA512,
            ECDSA_SHA256,
            ECDSA_SHA384,
            ECDSA_SHA512,
            ECDSA_SHA1,
            ECDSA_NONE,
            ED25519,
            ED448,
            ML_DSA_44,
            ML_DSA_65,
            ML_DSA_87)) {
      KNOWN.put(algorithm.name, algorithm);
    }
  }

  private final String name;
  private final String scheme;
  private final String keyFamily;
  private final @Nullable HashAlgorithm hash;
  private final String jcaName;
  private final @Nullable String joseName;

  private SignatureAlgorithm(
      String name,
      String scheme,
      String keyFamily,
      @Nullable HashAlgorithm hash,
      String jcaName,
      @Nullable String joseName) {
    this.name = Objects.requireNonNull(name);
    this.scheme = Objects.requireNonNull(scheme);
    this.keyFamily = Objects.requireNonNull(keyFamily);
    this.hash = hash;
    this.jcaName = Objects.requireNonNull(jcaName);
    this.joseName = joseName;
  }

  /**
   * An algorithm that this library does not know, for a backend that brings one.
   *
   * @param name its name here
   * @param scheme its scheme, such as {@code SLH_DSA_SHA2_128S}
   * @param keyFamily the {@link KeyType#family()} of the keys it takes
   * @param hash the hash it begins with, or null when it takes the whole message
   * @param jcaName its JCA name
   * @param joseName its JOSE name, or null
   * @return the algorithm
   */
  public static SignatureAlgorithm of(
      String name,
      String scheme,
      String keyFamily,
      @Nullable HashAlgorithm hash,
      String jcaName,
      @Nullable String joseName) {
    SignatureAlgorithm known = KNOWN.get(name);
    return known != null
        ? known
        : new SignatureAlgorithm(name, scheme, keyFamily, hash, jcaName, joseName);
  }

  /**
   * The algorithms that this library knows.
   *
   * @return the algorithms
   */
  public static List<SignatureAlgorithm> known() {
    return List.copyOf(KNOWN.values());
  }

  /**
   * Finds a known algorithm.
   *
   * @param name its {@link #name()}, in any case
   * @return the algorithm, or empty
   */
  public static Optional<SignatureAlgorithm> named(String name) {
    return Optional.ofNullable(KNOWN.get(name.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  private static SignatureAlgorithm rsaPkcs1(HashAlgorithm hash, @Nullable String jose) {
    String bare = hash.shortName();
    return new SignatureAlgorithm(
        "RSA_PKCS1_" + bare, RSA_PKCS1, "RSA", hash, bare + "withRSA", jose);
  }

  private static SignatureAlgorithm rsaPss(HashAlgorithm hash, String jose) {
    return new SignatureAlgorithm(
        "RSA_PSS_" + hash.shortName(), RSA_PSS, "RSA", hash, "RSASSA-PSS", jose);
  }

  private static SignatureAlgorithm ecdsa(HashAlgorithm hash) {
    String bare = hash.shortName();
    String jose = hash == HashAlgorithm.SHA1 ? null : "ES" + bare.substring(3);
    return new SignatureAlgorithm("ECDSA_" + bare, ECDSA, "EC", hash, bare + "withECDSA", jose);
  }

  private static SignatureAlgorithm mlDsa(String name, String jca) {
    return new SignatureAlgorithm(name, name, jca, null, jca, jca);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * The scheme without the hash: {@link #RSA_PKCS1}, {@link #RSA_PSS}, {@link #ECDSA}, {@code
   * ED25519}, {@code ML_DSA_65} and so on.
   *
   * @return the scheme
   */
  public String scheme() {
    return scheme;
  }

  /**
   * The family of the keys it takes.
   *
   * @return a {@link KeyType#family()}
   */
  public String keyFamily() {
    return keyFamily;
  }

  /**
   * The hash the algorithm begins with.
   *
   * @return the hash, or null when the algorithm takes the whole message, or what the caller hashed
   */
  public @Nullable HashAlgorithm hash() {
    return hash;
  }

  /**
   * The standard name in {@code java.security}; for RSA-PSS it goes with {@link #jcaParameters()}.
   *
   * @return the JCA name, such as {@code SHA256withECDSA}
   */
  public String jcaName() {
    return jcaName;
  }

  /**
   * The parameters that the JCA needs besides the name.
   *
   * @return for RSA-PSS its {@link PSSParameterSpec}, else null
   */
  public @Nullable AlgorithmParameterSpec jcaParameters() {
    if (!scheme.equals(RSA_PSS) || hash == null) {
      return null;
    }
    return new PSSParameterSpec(
        hash.name(), "MGF1", new MGF1ParameterSpec(hash.name()), hash.length(), 1);
  }

  /**
   * The {@code alg} value of JWS (RFC 7518, RFC 8037, RFC 9864 and its ML-DSA companion). For ECDSA it
   * goes with the curve of the same size only, and the signature is in the plain form.
   *
   * @return the name, or null when JOSE has none
   */
  public @Nullable String joseName() {
    return joseName;
  }

  /**
   * The DER AlgorithmIdentifier for certificates, CRLs and CMS, with explicit parameters for RSA-PSS
   * (RFC 4055, RFC 5758, RFC 8410, RFC 9881).
   *
   * @return the bytes, or empty where no identifier is known
   */
  public Optional<byte[]> algorithmIdentifier() {
    return AlgorithmIdentifiers.of(this);
  }

  /**
   * Whether a key of this type can make such signatures.
   *
   * @param type the key's type
   * @return true if the family fits
   */
  public boolean suits(KeyType type) {
    return keyFamily.equals(type.family());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignatureAlgorithm algorithm && name.equals(algorithm.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
