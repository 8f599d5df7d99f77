package io.managedkeys.jca;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.SignatureAlgorithm;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One name that {@code Signature.getInstance} takes here, and what it means.
 *
 * @param jcaName the name
 * @param kind the scheme behind it
 * @param hash the hash that the name fixes, or null
 * @param plain whether ECDSA signatures are {@code r ‖ s} (IEEE P1363) instead of DER
 * @param families the key families it takes
 * @param aliases other names of the same, object identifiers among them
 */
record SignatureName(
    String jcaName,
    Kind kind,
    @Nullable HashAlgorithm hash,
    boolean plain,
    Set<String> families,
    List<String> aliases) {

  /** What a name's meaning depends on besides its hash. */
  enum Kind {
    RSA_PKCS1,
    RSA_PSS,
    ECDSA,
    /** Named by the key itself: Ed25519, Ed448, ML-DSA. */
    PURE
  }

  private static final String PKCS1_ARC = "1.2.840.113549.1.1.";
  private static final Set<String> ED = Set.of("ED25519", "ED448");
  private static final Set<String> ML_DSA = Set.of("ML-DSA-44", "ML-DSA-65", "ML-DSA-87");

  /** Every name that is registered. */
  static List<SignatureName> all() {
    List<SignatureName> names = new ArrayList<>();
    rsa(names, HashAlgorithm.SHA256, PKCS1_ARC + "11");
    rsa(names, HashAlgorithm.SHA384, PKCS1_ARC + "12");
    rsa(names, HashAlgorithm.SHA512, PKCS1_ARC + "13");
    names.add(
        new SignatureName(
            "SHA1withRSA",
            Kind.RSA_PKCS1,
            HashAlgorithm.SHA1,
            false,
            Set.of("RSA"),
            oid(PKCS1_ARC + "5")));
    names.add(
        new SignatureName("NONEwithRSA", Kind.RSA_PKCS1, null, false, Set.of("RSA"), List.of()));
    names.add(
        new SignatureName(
            "RSASSA-PSS", Kind.RSA_PSS, null, false, Set.of("RSA"), oid(PKCS1_ARC + "10")));
    ecdsa(names, HashAlgorithm.SHA256, "1.2.840.10045.4.3.2");
    ecdsa(names, HashAlgorithm.SHA384, "1.2.840.10045.4.3.3");
    ecdsa(names, HashAlgorithm.SHA512, "1.2.840.10045.4.3.4");
    ecdsa(names, HashAlgorithm.SHA1, "1.2.840.10045.4.1");
    for (boolean plain : new boolean[] {false, true}) {
      names.add(
          new SignatureName(
              "NONEwithECDSA" + (plain ? "inP1363Format" : ""),
              Kind.ECDSA,
              null,
              plain,
              Set.of("EC"),
              List.of()));
    }
    pure(names, "EdDSA", ED, List.of());
    pure(names, "Ed25519", Set.of("ED25519"), oid("1.3.101.112"));
    pure(names, "Ed448", Set.of("ED448"), oid("1.3.101.113"));
    pure(names, "ML-DSA", ML_DSA, List.of());
    pure(names, "ML-DSA-44", Set.of("ML-DSA-44"), oid("2.16.840.1.101.3.4.3.17"));
    pure(names, "ML-DSA-65", Set.of("ML-DSA-65"), oid("2.16.840.1.101.3.4.3.18"));
    pure(names, "ML-DSA-87", Set.of("ML-DSA-87"), oid("2.16.840.1.101.3.4.3.19"));
    return List.copyOf(names);
  }

  private static void rsa(List<SignatureName> names, HashAlgorithm hash, String oid) {
    String bare = hash.shortName();
    names.add(
        new SignatureName(bare + "withRSA", Kind.RSA_PKCS1, hash, false, Set.of("RSA"), oid(oid)));
    // BouncyCastle and BCJSSE ask the provider they were given for these two.
    names.add(
        new SignatureName(
            bare + "withRSAandMGF1",
            Kind.RSA_PSS,
            hash,
            false,
            Set.of("RSA"),
            List.of(bare + "withRSASSA-PSS")));
  }

  private static void ecdsa(List<SignatureName> names, HashAlgorithm hash, String oid) {
    String name = hash.shortName() + "withECDSA";
    names.add(new SignatureName(name, Kind.ECDSA, hash, false, Set.of("EC"), oid(oid)));
    // The second spelling is BouncyCastle's.
    names.add(
        new SignatureName(
            name + "inP1363Format",
            Kind.ECDSA,
            hash,
            true,
            Set.of("EC"),
            List.of(hash.shortName() + "withPLAIN-ECDSA")));
  }

  private static void pure(
      List<SignatureName> names, String name, Set<String> families, List<String> aliases) {
    names.add(new SignatureName(name, Kind.PURE, null, false, families, aliases));
  }

  private static List<String> oid(String dotted) {
    return List.of(dotted, "OID." + dotted);
  }

  /** The name under which other providers have the same, used to verify. */
  String standardName() {
    return kind == Kind.RSA_PSS ? "RSASSA-PSS" : jcaName;
  }

  /** The parameters that the name itself fixes, or null. */
  @Nullable AlgorithmParameterSpec fixedParameters() {
    if (kind != Kind.RSA_PSS || hash == null) {
      return null;
    }
    return SignatureAlgorithm.named("RSA_PSS_" + hash.shortName()).orElseThrow().jcaParameters();
  }

  /**
   * The algorithm that this name means for a key of a type.
   *
   * @param parameters the parameters that were set, or the fixed ones, or null
   * @return the algorithm, or null for RSASSA-PSS as long as no parameters were set
   * @throws InvalidAlgorithmParameterException if no managed key can sign so
   */
  @Nullable SignatureAlgorithm algorithm(KeyType type, @Nullable AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    switch (kind) {
      case RSA_PSS -> {
        return parameters == null ? null : pss(parameters);
      }
      case RSA_PKCS1, ECDSA -> {
        if (parameters != null) {
          throw new InvalidAlgorithmParameterException(jcaName + " takes no parameters");
        }
        String wanted = kind.name() + "_" + (hash == null ? "NONE" : hash.shortName());
        return SignatureAlgorithm.named(wanted).orElseThrow();
      }
      case PURE -> {
        requirePure(parameters);
        return SignatureAlgorithm.named(type.family()).orElseThrow();
      }
    }
    throw new AssertionError(kind);
  }

  private SignatureAlgorithm pss(AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    if (!(parameters instanceof PSSParameterSpec pss)) {
      throw new InvalidAlgorithmParameterException("RSASSA-PSS takes a PSSParameterSpec");
    }
    HashAlgorithm digest = HashAlgorithm.named(pss.getDigestAlgorithm()).orElse(null);
    boolean sameHash =
        digest != null
            && pss.getMGFAlgorithm().toUpperCase(Locale.ROOT).equals("MGF1")
            && pss.getMGFParameters() instanceof MGF1ParameterSpec mgf1
            && HashAlgorithm.named(mgf1.getDigestAlgorithm()).filter(digest::equals).isPresent();
    if (digest == null
        || !sameHash
        || pss.getSaltLength() != digest.length()
        || pss.getTrailerField() != PSSParameterSpec.TRAILER_FIELD_BC) {
      throw new InvalidAlgorithmParameterException(
          "managed keys sign RSASSA-PSS with MGF1 over the same hash, a salt as long as the hash and"
              + " trailer 1 only, not with "
              + pss);
    }
    return SignatureAlgorithm.named("RSA_PSS_" + digest.shortName())
        .orElseThrow(
            () ->
                new InvalidAlgorithmParameterException(
                    "managed keys sign RSASSA-PSS with SHA-256, SHA-384 or SHA-512, not "
                        + digest.name()));
  }

  private void requirePure(@Nullable AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    boolean pure =
        parameters == null
            || (parameters instanceof EdDSAParameterSpec ed
                && !ed.isPrehash()
                && ed.getContext().isEmpty());
    if (!pure) {
      throw new InvalidAlgorithmParameterException(
          jcaName + " is signed pure here: no prehash, no context");
    }
  }
}
