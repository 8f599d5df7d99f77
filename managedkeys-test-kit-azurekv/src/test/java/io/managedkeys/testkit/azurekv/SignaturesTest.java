package io.managedkeys.testkit.azurekv;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignResult;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server signs with BouncyCastle's engines; the JDK verifies. */
@ExtendWith(AzureKeyVaultExtension.class)
class SignaturesTest {
  private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @CsvSource({
    "2048,false,RS256", "2048,true,RS384", "3072,false,RS512",
    "2048,false,PS256", "2048,true,PS384", "2048,false,PS512"
  })
  void rsaSignaturesVerifyWithTheJdk(int bits, boolean hsm, String name, AzureKeyVaultServer server)
      throws Exception {
    KeyClient keys = Sdk.of(server).keys();
    KeyVaultKey key =
        keys.createRsaKey(
            new CreateRsaKeyOptions("rsa-" + name + bits + hsm)
                .setKeySize(bits)
                .setHardwareProtected(hsm));
    assertThat(key.getKeyType().toString()).isEqualTo(hsm ? "RSA-HSM" : "RSA");
    SignatureAlgorithm algorithm = SignatureAlgorithm.fromString(name);
    byte[] digest = digest(name);
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());

    SignResult result = crypto.sign(algorithm, digest);

    assertThat(result.getKeyId()).isEqualTo(key.getId());
    PublicKey publicKey = key.getKey().toRsa().getPublic();
    assertThat(verifier(name, publicKey, MESSAGE).verify(result.getSignature())).isTrue();
    assertThat(crypto.verify(algorithm, digest, result.getSignature()).isValid()).isTrue();
    byte[] tampered = result.getSignature().clone();
    tampered[7] ^= 1;
    assertThat(crypto.verify(algorithm, digest, tampered).isValid()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "P-256,false,ES256",
    "P-256,true,ES256",
    "P-384,false,ES384",
    "P-384,true,ES384",
    "P-521,false,ES512",
    "P-521,true,ES512"
  })
  void ecSignaturesAreConcatenatedAndVerifyWithTheJdk(
      String curve, boolean hsm, String name, AzureKeyVaultServer server) throws Exception {
    KeyVaultKey key = createEc(server, curve, hsm);
    SignatureAlgorithm algorithm = SignatureAlgorithm.fromString(name);
    byte[] digest = digest(name);
    CryptographyClient crypto = Sdk.of(server).crypto(key.getId());

    byte[] signature = crypto.sign(algorithm, digest).getSignature();

    Signature verifier =
        Signature.getInstance("SHA" + name.substring(2) + "withECDSAinP1363Format");
    KeyPair pair = key.getKey().toEc();
    verifier.initVerify(pair.getPublic());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(signature)).isTrue();
    assertThat(crypto.verify(algorithm, digest, signature).isValid()).isTrue();
    digest[0] ^= 1;
    assertThat(crypto.verify(algorithm, digest, signature).isValid()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void secp256k1SignaturesVerifyByTheCurvesOwnArithmetic(boolean hsm, AzureKeyVaultServer server)
      throws Exception {
    KeyVaultKey key = createEc(server, "P-256K", hsm);
    byte[] digest = digest("ES256");

    byte[] signature =
        Sdk.of(server).crypto(key.getId()).sign(SignatureAlgorithm.ES256K, digest).getSignature();

    ECDomainParameters domain = new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(
        false,
        new ECPublicKeyParameters(
            domain
                .getCurve()
                .createPoint(
                    new BigInteger(1, key.getKey().getX()), new BigInteger(1, key.getKey().getY())),
            domain));
    assertThat(signature).hasSize(64);
    assertThat(
            verifier.verifySignature(
                digest,
                new BigInteger(1, Arrays.copyOf(signature, 32)),
                new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))))
        .isTrue();
  }

  private static KeyVaultKey createEc(AzureKeyVaultServer server, String curve, boolean hsm) {
    return Sdk.of(server)
        .keys()
        .createEcKey(
            new CreateEcKeyOptions("ec-" + curve + hsm)
                .setCurveName(KeyCurveName.fromString(curve))
                .setHardwareProtected(hsm));
  }

  private static byte[] digest(String algorithm) throws Exception {
    return MessageDigest.getInstance("SHA-" + algorithm.substring(2)).digest(MESSAGE);
  }

  /** PSS with the salt as long as the hash, which is what RFC 7518 section 3.5 says. */
  private static Signature verifier(String algorithm, PublicKey key, byte[] message)
      throws Exception {
    String bits = algorithm.substring(2);
    Signature verifier;
    if (algorithm.startsWith("PS")) {
      verifier = Signature.getInstance("RSASSA-PSS");
      verifier.setParameter(
          new PSSParameterSpec(
              "SHA-" + bits,
              "MGF1",
              new MGF1ParameterSpec("SHA-" + bits),
              Integer.parseInt(bits) / 8,
              1));
    } else {
      verifier = Signature.getInstance("SHA" + bits + "withRSA");
    }
    verifier.initVerify(key);
    verifier.update(message);
    return verifier;
  }
}
