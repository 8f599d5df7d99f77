package io.managedkeys.jca;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Makes an ordinary key of unwrapped material. */
final class UnwrappedKey {

  private UnwrappedKey() {}

  static Key of(byte[] material, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    try {
      return switch (type) {
        case Cipher.SECRET_KEY -> secret(material, algorithm);
        case Cipher.PRIVATE_KEY ->
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(material));
        case Cipher.PUBLIC_KEY ->
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(material));
        default -> throw new InvalidKeyException("unknown kind of wrapped key: " + type);
      };
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException("the unwrapped bytes are not a key of " + algorithm, e);
    }
  }

  private static Key secret(byte[] material, String algorithm) throws InvalidKeyException {
    if (material.length == 0) {
      throw new InvalidKeyException("the unwrapped key is empty");
    }
    return new SecretKeySpec(material, algorithm);
  }
}
