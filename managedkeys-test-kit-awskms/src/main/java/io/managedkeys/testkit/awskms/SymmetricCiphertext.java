package io.managedkeys.testkit.awskms;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The ciphertext of a SYMMETRIC_DEFAULT key. The service's own format is not public, so this is one
 * of our own with the same properties: opaque, AES-256-GCM, names its key and the version of the
 * material, and authenticates both together with the encryption context.
 *
 * <p>Layout: version (1) ‖ length of key id (1) ‖ key id ‖ material id (32) ‖ nonce (12) ‖
 * ciphertext ‖ tag (16).
 */
final class SymmetricCiphertext {
  private static final byte VERSION = 1;
  private static final int MATERIAL_ID = 32;
  private static final int NONCE = 12;
  private static final int TAG = 16;

  private SymmetricCiphertext() {}

  static byte[] seal(StoredKey key, Map<String, String> context, byte[] plaintext) {
    KeyMaterial material = key.current();
    byte[] id = key.id().getBytes(StandardCharsets.US_ASCII);
    byte[] nonce = new byte[NONCE];
    KeyMaterial.RANDOM.nextBytes(nonce);
    byte[] header =
        ByteBuffer.allocate(2 + id.length + MATERIAL_ID + NONCE)
            .put(VERSION)
            .put((byte) id.length)
            .put(id)
            .put(HexFormat.of().parseHex(material.id()))
            .put(nonce)
            .array();
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, material, header, nonce, context);
      byte[] sealed = cipher.doFinal(plaintext);
      return ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The id of the key that made a ciphertext, or null if it is none of this server's. */
  static @Nullable String keyId(byte[] blob) {
    if (blob.length < 2 || blob[0] != VERSION) {
      return null;
    }
    int length = blob[1] & 0xff;
    if (blob.length < 2 + length + MATERIAL_ID + NONCE + TAG) {
      return null;
    }
    return new String(blob, 2, length, StandardCharsets.US_ASCII);
  }

  /** What {@link #open} gives: the plaintext and the id of the material that made it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Opened(byte[] plaintext, String materialId) {}

  static Opened open(StoredKey key, Map<String, String> context, byte[] blob) {
    int materialAt = 2 + (blob[1] & 0xff);
    int headerLength = materialAt + MATERIAL_ID + NONCE;
    String materialId = HexFormat.of().formatHex(blob, materialAt, materialAt + MATERIAL_ID);
    KeyMaterial material =
        key.versions().stream()
            .filter(version -> version.id().equals(materialId))
            .findFirst()
            .orElseThrow(SymmetricCiphertext::invalid);
    byte[] header = Arrays.copyOf(blob, headerLength);
    byte[] nonce = Arrays.copyOfRange(blob, headerLength - NONCE, headerLength);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, material, header, nonce, context);
      return new Opened(
          cipher.doFinal(blob, headerLength, blob.length - headerLength), material.id());
    } catch (GeneralSecurityException e) {
      throw invalid();
    }
  }

  /** The service says no more than this about a ciphertext that does not authenticate. */
  static ServiceError invalid() {
    return ServiceError.client("InvalidCiphertextException", "");
  }

  private static Cipher cipher(
      int mode, KeyMaterial material, byte[] header, byte[] nonce, Map<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(material.secret(), "AES"), new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(canonical(context));
    return cipher;
  }

  private static byte[] canonical(Map<String, String> context) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (Map.Entry<String, String> entry : context.entrySet()) {
        for (String part : new String[] {entry.getKey(), entry.getValue()}) {
          byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
          out.writeInt(utf8.length);
          out.write(utf8);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
