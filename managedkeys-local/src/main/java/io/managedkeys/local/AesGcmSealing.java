package io.managedkeys.local;

import io.managedkeys.ManagedKeyException;
import io.managedkeys.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 12 bytes before the ciphertext and the key's
 * name, id and type as associated data.
 */
final class AesGcmSealing implements KeySealing, AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_BITS = 128;

  private final SecretBytes key;

  /** Takes the key over. */
  AesGcmSealing(SecretBytes key) {
    this.key = key;
  }

  static AesGcmSealing withRandomKey() {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    return new AesGcmSealing(SecretBytes.taking(key));
  }

  @Override
  public byte[] seal(KeyEntry.Identity identity, byte[] material) {
    byte[] nonce = new byte[NONCE_LENGTH];
    RANDOM.nextBytes(nonce);
    byte[] ciphertext = run(Cipher.ENCRYPT_MODE, identity, nonce, material, 0);
    byte[] sealed = Arrays.copyOf(nonce, NONCE_LENGTH + ciphertext.length);
    System.arraycopy(ciphertext, 0, sealed, NONCE_LENGTH, ciphertext.length);
    return sealed;
  }

  @Override
  public byte[] open(KeyEntry.Identity identity, byte[] sealed) {
    if (sealed.length < NONCE_LENGTH + TAG_BITS / 8) {
      throw damaged(identity, null);
    }
    return run(
        Cipher.DECRYPT_MODE, identity, Arrays.copyOf(sealed, NONCE_LENGTH), sealed, NONCE_LENGTH);
  }

  private byte[] run(int mode, KeyEntry.Identity identity, byte[] nonce, byte[] input, int from) {
    return key.use(
        bytes -> {
          try {
            Cipher cipher = Jdk.cipher("AES/GCM/NoPadding");
            cipher.init(mode, new LentKey("AES", bytes), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(
                ("managedkeys local entry v1\n"
                        + identity.name()
                        + '\n'
                        + identity.id()
                        + '\n'
                        + identity.type())
                    .getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input, from, input.length - from);
          } catch (GeneralSecurityException e) {
            if (mode == Cipher.DECRYPT_MODE) {
              throw damaged(identity, e);
            }
            throw new ManagedKeyException(
                "this JDK could not seal a key with AES-256-GCM: " + e.getMessage(), e);
          }
        });
  }

  private static DamagedKeyFileException damaged(
      KeyEntry.Identity identity, @Nullable GeneralSecurityException cause) {
    return new DamagedKeyFileException(
        "the material of local key \""
            + identity.name()
            + "\" was not sealed for that name and type; restore the key file from a backup",
        cause);
  }

  @Override
  public void close() {
    key.close();
  }
}
