package io.managedkeys.testkit.azurekv;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * Opens a key transfer blob (Key Vault's "Bring your own key specification"): an AES key under
 * RSA-OAEP with SHA-1, then the target key under AES-KWP of RFC 5649. The key exchange key lives in
 * the same vault and has the one operation {@code import}.
 */
final class TransferBlob {
  private final KeyTable keys;
  private final String base;

  TransferBlob(KeyTable keys, String base) {
    this.keys = keys;
    this.base = base;
  }

  KeyMaterial open(byte[] blob, String kty, Json jwk) {
    Json json = Json.parse(blob);
    Json header = json.object("header");
    if (!"1.0.0".equals(json.string("schema_version"))
        || !"dir".equals(header.string("alg"))
        || !"CKM_RSA_AES_KEY_WRAP".equals(header.string("enc"))) {
      throw ServiceError.badParameter("key_hsm is not a key transfer blob of version 1.0.0.");
    }
    byte[] target = unwrap(exchangeKey(header.requiredString("kid")), json);
    try {
      return switch (kty) {
        case "RSA-HSM" -> rsa(PrivateKeyFactory.createKey(target));
        case "EC-HSM" -> ec(PrivateKeyFactory.createKey(target), jwk.requiredString("crv"));
        case "oct-HSM" -> OctMaterial.ofBytes(target);
        default -> throw ServiceError.badParameter("A transferred key must be an HSM's.");
      };
    } catch (IOException | IllegalArgumentException e) {
      throw ServiceError.badParameter("The transferred key is not PKCS#8.");
    } finally {
      Arrays.fill(target, (byte) 0);
    }
  }

  static KeyMaterial ofPkcs8(byte[] pkcs8, boolean hsm) throws IOException {
    AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pkcs8);
    if (key instanceof RSAPrivateCrtKeyParameters rsa) {
      return new RsaMaterial(hsm, rsa);
    }
    if (key instanceof ECPrivateKeyParameters ec) {
      for (EcMaterial.Curve curve : EcMaterial.Curve.values()) {
        if (curve.domain.getCurve().equals(ec.getParameters().getCurve())) {
          return new EcMaterial(hsm, curve, ec.getD());
        }
      }
    }
    throw new IllegalArgumentException("neither RSA nor EC on a curve of Key Vault");
  }

  private RSAPrivateCrtKeyParameters exchangeKey(String kid) {
    String prefix = base + "/keys/";
    if (!kid.startsWith(prefix)) {
      throw ServiceError.badParameter("The key exchange key is not in this vault.");
    }
    String[] parts = kid.substring(prefix.length()).split("/", -1);
    String version = parts.length > 1 ? parts[1] : "";
    if (keys.use(parts[0], version, "import").material() instanceof RsaMaterial rsa && rsa.hsm()) {
      return rsa.key();
    }
    throw ServiceError.badParameter("The key exchange key is not RSA-HSM.");
  }

  private static byte[] unwrap(RSAPrivateCrtKeyParameters exchangeKey, Json json) {
    byte[] ciphertext = json.requiredBytes("ciphertext");
    int split = (exchangeKey.getModulus().bitLength() + 7) / 8;
    if (ciphertext.length <= split) {
      throw ServiceError.badParameter("The key transfer blob is too short.");
    }
    byte[] aesKey =
        new RsaMaterial(true, exchangeKey).unwrap("RSA-OAEP", Arrays.copyOf(ciphertext, split));
    try {
      Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aesKey, "AES"));
      return cipher.doFinal(ciphertext, split, ciphertext.length - split);
    } catch (GeneralSecurityException e) {
      throw ServiceError.badParameter("The key transfer blob could not be unwrapped.");
    } finally {
      Arrays.fill(aesKey, (byte) 0);
    }
  }

  private static KeyMaterial rsa(AsymmetricKeyParameter key) {
    if (key instanceof RSAPrivateCrtKeyParameters rsa) {
      return new RsaMaterial(true, rsa);
    }
    throw ServiceError.badParameter("The transferred key is not RSA.");
  }

  private static KeyMaterial ec(AsymmetricKeyParameter key, String crv) {
    EcMaterial.Curve curve = EcMaterial.Curve.named(crv);
    if (key instanceof ECPrivateKeyParameters ec
        && ec.getParameters().getCurve().equals(curve.domain.getCurve())) {
      BigInteger d = ec.getD();
      return new EcMaterial(true, curve, d);
    }
    throw ServiceError.badParameter("The transferred key is not on curve '" + crv + "'.");
  }
}
