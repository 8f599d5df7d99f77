package io.managedkeys.pkcs11.cryptoki;

import org.jspecify.annotations.Nullable;

/**
 * A {@code CK_MECHANISM} with its parameters.
 *
 * @param type the {@code CKM_} type
 * @param parameters null for none
 */
public record Mechanism(long type, @Nullable Parameters parameters) {

  /** Parameters of a mechanism; a binding turns each into its C structure. */
  public interface Parameters {}

  /** {@code CK_RSA_PKCS_PSS_PARAMS}: hash mechanism, MGF number and salt length in bytes. */
  public record Pss(long hashMechanism, long mgf, int saltLength) implements Parameters {}

  /** {@code CK_RSA_PKCS_OAEP_PARAMS} with an empty label. */
  public record Oaep(long hashMechanism, long mgf) implements Parameters {}

  /** {@code CK_GCM_PARAMS}: nonce, associated data (may be empty) and the tag's length in bits. */
  public record Gcm(byte[] iv, byte[] aad, int tagBits) implements Parameters {}

  /** An initialisation vector, passed as plain bytes. */
  public record Iv(byte[] iv) implements Parameters {}

  /** {@code CK_ECDH1_DERIVE_PARAMS} with CKD_NULL: the peer's public point, as the token wants it. */
  public record Ecdh1(byte[] publicData) implements Parameters {}

  /** {@code CK_RSA_AES_KEY_WRAP_PARAMS}: bits of the temporary AES key, and the OAEP parameters. */
  public record RsaAesWrap(int aesBits, Oaep oaep) implements Parameters {}

  /** A mechanism without parameters. */
  public static Mechanism of(long type) {
    return new Mechanism(type, null);
  }

  @Override
  public String toString() {
    return Ckm.name(type);
  }
}
