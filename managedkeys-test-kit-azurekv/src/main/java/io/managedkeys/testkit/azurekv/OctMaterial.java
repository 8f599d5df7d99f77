package io.managedkeys.testkit.azurekv;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * oct-HSM: AES-GCM with a nonce that the HSM makes, AES-CBC and AES-CBCPAD with the caller's, and
 * AES key wrap (RFC 3394, and RFC 5649 as CKM_AES_KEY_WRAP_PAD).
 */
record OctMaterial(byte[] key) implements KeyMaterial {
  private static final int GCM_NONCE = 12;
  private static final int GCM_TAG = 16;
  private static final int BLOCK = 16;

  static OctMaterial generate(int bits) {
    if (bits != 128 && bits != 192 && bits != 256) {
      throw ServiceError.badParameter("key_size must be 128, 192 or 256.");
    }
    return new OctMaterial(RandomSource.bytes(bits / 8));
  }

  static OctMaterial ofBytes(byte[] key) {
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw ServiceError.badParameter("The symmetric key must have 16, 24 or 32 bytes.");
    }
    return new OctMaterial(key.clone());
  }

  @Override
  public String kty() {
    return "oct-HSM";
  }

  @Override
  public Map<String, Object> publicMembers() {
    return Map.of();
  }

  @Override
  public List<String> defaultOperations() {
    return List.of("encrypt", "decrypt", "wrapKey", "unwrapKey");
  }

  @Override
  public KeyMaterial another() {
    return generate(key.length * 8);
  }

  @Override
  public Encrypted encrypt(
      String algorithm, byte[] plaintext, byte @Nullable [] iv, byte @Nullable [] aad) {
    String mode = mode(algorithm);
    try {
      switch (mode) {
        case "GCM" -> {
          if (iv != null) {
            throw ServiceError.badParameter("The iv must not be given: the HSM makes it.");
          }
          byte[] nonce = RandomSource.bytes(GCM_NONCE);
          Cipher cipher = gcm(Cipher.ENCRYPT_MODE, nonce, aad);
          byte[] sealed = cipher.doFinal(plaintext);
          int split = sealed.length - GCM_TAG;
          return new Encrypted(
              Arrays.copyOf(sealed, split),
              nonce,
              Arrays.copyOfRange(sealed, split, sealed.length));
        }
        case "CBC", "CBCPAD" -> {
          byte[] required = cbcIv(iv);
          return new Encrypted(
              cbc(mode, Cipher.ENCRYPT_MODE, required).doFinal(plaintext), required, null);
        }
        default -> throw unsupportedAlgorithm(algorithm);
      }
    } catch (IllegalBlockSizeException e) {
      throw ServiceError.badParameter("The plaintext must be a multiple of 16 bytes.");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] decrypt(
      String algorithm,
      byte[] ciphertext,
      byte @Nullable [] iv,
      byte @Nullable [] tag,
      byte @Nullable [] aad) {
    String mode = mode(algorithm);
    try {
      switch (mode) {
        case "GCM" -> {
          if (iv == null || iv.length != GCM_NONCE || tag == null || tag.length != GCM_TAG) {
            throw ServiceError.badParameter("AES-GCM needs an iv of 12 and a tag of 16 bytes.");
          }
          byte[] sealed = Arrays.copyOf(ciphertext, ciphertext.length + GCM_TAG);
          System.arraycopy(tag, 0, sealed, ciphertext.length, GCM_TAG);
          return gcm(Cipher.DECRYPT_MODE, iv, aad).doFinal(sealed);
        }
        case "CBC", "CBCPAD" -> {
          return cbc(mode, Cipher.DECRYPT_MODE, cbcIv(iv)).doFinal(ciphertext);
        }
        default -> throw unsupportedAlgorithm(algorithm);
      }
    } catch (AEADBadTagException e) {
      throw ServiceError.badParameter("The authentication tag does not match.");
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw ServiceError.badParameter("The value could not be decrypted.");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] wrap(String algorithm, byte[] secret) {
    boolean padded = padded(algorithm);
    if (padded ? secret.length == 0 : secret.length < 16 || secret.length % 8 != 0) {
      throw ServiceError.badParameter("The key to wrap has an invalid length.");
    }
    try {
      return keyWrap(padded, Cipher.ENCRYPT_MODE).doFinal(secret);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] unwrap(String algorithm, byte[] wrapped) {
    boolean padded = padded(algorithm);
    if (wrapped.length % 8 != 0 || wrapped.length < (padded ? 16 : 24)) {
      throw ServiceError.badParameter("The wrapped key has an invalid length.");
    }
    try {
      return keyWrap(padded, Cipher.DECRYPT_MODE).doFinal(wrapped);
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw ServiceError.badParameter("The wrapped key's integrity check failed.");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean padded(String algorithm) {
    return switch (algorithm) {
      case "CKM_AES_KEY_WRAP" -> false;
      case "CKM_AES_KEY_WRAP_PAD" -> true;
      default -> {
        if (!mode(algorithm).equals("KW")) {
          throw unsupportedAlgorithm(algorithm);
        }
        yield false;
      }
    };
  }

  /** What follows the size in names such as A256GCM; the size must be the key's. */
  private String mode(String algorithm) {
    if (algorithm.startsWith("A" + key.length * 8)) {
      return algorithm.substring(4);
    }
    throw unsupportedAlgorithm(algorithm);
  }

  private Cipher gcm(int mode, byte[] nonce, byte @Nullable [] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * GCM_TAG, nonce));
    if (aad != null) {
      cipher.updateAAD(aad);
    }
    return cipher;
  }

  private Cipher cbc(String name, int mode, byte[] iv) throws GeneralSecurityException {
    Cipher cipher =
        Cipher.getInstance(name.equals("CBC") ? "AES/CBC/NoPadding" : "AES/CBC/PKCS5Padding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher;
  }

  private Cipher keyWrap(boolean padded, int mode) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(padded ? "AES/KWP/NoPadding" : "AES/KW/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"));
    return cipher;
  }

  private static byte[] cbcIv(byte @Nullable [] iv) {
    if (iv == null || iv.length != BLOCK) {
      throw ServiceError.badParameter("AES-CBC needs an iv of 16 bytes.");
    }
    return iv;
  }

  private ServiceError unsupportedAlgorithm(String algorithm) {
    return ServiceError.badParameter(
        "The algorithm '"
            + algorithm
            + "' is not supported by this key of "
            + key.length * 8
            + " bits and type '"
            + kty()
            + "'.");
  }

  /** Names the kind only, so that no log shows the key. */
  @Override
  public String toString() {
    return kty();
  }
}
