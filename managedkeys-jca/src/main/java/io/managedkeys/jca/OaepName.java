package io.managedkeys.jca;

import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/**
 * One name of RSA-OAEP and what it means without parameters, which is what SunJCE means: the hash of
 * the name, and MGF1 with SHA-1 always.
 *
 * @param transformation the name
 * @param hash the hash of the name
 * @param aliases other spellings
 */
record OaepName(String transformation, HashAlgorithm hash, List<String> aliases) {

  static List<OaepName> all() {
    List<OaepName> names = new ArrayList<>();
    names.add(new OaepName("RSA/ECB/OAEPPadding", HashAlgorithm.SHA1, List.of()));
    for (HashAlgorithm each : HashAlgorithm.known()) {
      names.add(
          new OaepName(
              "RSA/ECB/OAEPWith" + each.name() + "AndMGF1Padding",
              each,
              List.of("RSA/ECB/OAEPWith" + each.shortName() + "AndMGF1Padding")));
    }
    return names;
  }

  /** What the name means without parameters. */
  OAEPParameterSpec defaults() {
    return new OAEPParameterSpec(
        hash.name(), "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
  }

  /**
   * The algorithm that these parameters mean.
   *
   * @throws InvalidAlgorithmParameterException if no managed key decrypts so
   */
  static EncryptionAlgorithm algorithm(AlgorithmParameterSpec parameters)
      throws InvalidAlgorithmParameterException {
    if (!(parameters instanceof OAEPParameterSpec oaep)) {
      throw new InvalidAlgorithmParameterException("RSA-OAEP takes an OAEPParameterSpec");
    }
    if (!(oaep.getPSource() instanceof PSource.PSpecified label) || label.getValue().length > 0) {
      throw new InvalidAlgorithmParameterException(
          "managed keys take RSA-OAEP with an empty label");
    }
    HashAlgorithm digest = HashAlgorithm.named(oaep.getDigestAlgorithm()).orElse(null);
    HashAlgorithm mask =
        oaep.getMGFAlgorithm().toUpperCase(Locale.ROOT).equals("MGF1")
                && oaep.getMGFParameters() instanceof MGF1ParameterSpec mgf1
            ? HashAlgorithm.named(mgf1.getDigestAlgorithm()).orElse(null)
            : null;
    return EncryptionAlgorithm.known().stream()
        .filter(each -> each.isOaep() && matches(each, digest, mask))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidAlgorithmParameterException(
                    "no managed key decrypts RSA-OAEP with "
                        + oaep.getDigestAlgorithm()
                        + " and "
                        + (mask == null ? oaep.getMGFAlgorithm() : "MGF1 with " + mask.name())
                        + "; give an OAEPParameterSpec with the same hash twice"));
  }

  private static boolean matches(
      EncryptionAlgorithm algorithm, @Nullable HashAlgorithm digest, @Nullable HashAlgorithm mask) {
    return digest != null
        && mask != null
        && digest.equals(algorithm.hash())
        && mask.equals(algorithm.mgfHash());
  }
}
