package io.managedkeys.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecTest {

  private static final byte[] MESSAGE = {1, 2, 3, 4};

  @ParameterizedTest
  @CsvSource({"secp256r1, EC-P256", "secp384r1, EC-P384", "secp521r1, EC-P521"})
  void bothFormsOfEcdsaSignaturesVerifyInTheJdk(String name, String type) throws Exception {
    KeyPair pair = ec(name);
    assertThat(Spki.keyType(pair.getPublic().getEncoded()).name()).isEqualTo(type);
    int length = Curve.ofKeyType(type).orElseThrow().coordinateLength();
    for (int i = 0; i < 50; i++) {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate());
      signer.update(MESSAGE);
      byte[] der = signer.sign();
      byte[] plain = EcdsaSignature.toPlain(der, length);
      assertThat(plain).hasSize(2 * length);
      assertThat(EcdsaSignature.toDer(plain)).isEqualTo(der);
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(pair.getPublic());
      verifier.update(MESSAGE);
      assertThat(verifier.verify(plain)).isTrue();
    }
  }

  @Test
  void everyMutationOfADerSignatureIsEitherRefusedOrAnotherSignature() throws Exception {
    KeyPair pair = ec("secp256r1");
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    byte[] der = signer.sign();
    byte[] plain = EcdsaSignature.toPlain(der, 32);
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      byte[] mutated = Arrays.copyOf(der, der.length - random.nextInt(2) + random.nextInt(2));
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        byte[] other = EcdsaSignature.toPlain(mutated, 32);
        assertThat(other).isNotEqualTo(plain);
      } catch (InvalidInputException expected) {
        assertThat(expected).hasMessageMatching("(?s).*(DER|longer).*");
      }
    }
  }

  @Test
  void plainSignaturesOfTheWrongFormAreRefused() {
    assertThatThrownBy(() -> EcdsaSignature.toDer(new byte[63]))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> EcdsaSignature.toDer(new byte[64]))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void digestInfoIsWhatTheJdkSigns() throws Exception {
    KeyPair pair = rsa();
    for (HashAlgorithm hash : HashAlgorithm.known()) {
      Signature signer = Signature.getInstance(hash.shortName() + "withRSA");
      signer.initSign(pair.getPrivate());
      signer.update(MESSAGE);
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.DECRYPT_MODE, pair.getPublic());
      assertThat(cipher.doFinal(signer.sign()))
          .isEqualTo(DigestInfo.encode(hash, hash.digest(MESSAGE)));
    }
  }

  @Test
  void publicKeysAreBuiltFromTheirNumbers() throws Exception {
    RSAPublicKey rsa = (RSAPublicKey) rsa().getPublic();
    assertThat(Spki.ofRsa(rsa.getModulus(), rsa.getPublicExponent())).isEqualTo(rsa.getEncoded());
    assertThat(Spki.keyType(rsa.getEncoded())).isEqualTo(KeyType.RSA_2048);
    byte[] ec = ec("secp384r1").getPublic().getEncoded();
    assertThat(Spki.ofEc(Curve.P384, Spki.rawKey(ec))).isEqualTo(ec);
    byte[] ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    assertThat(Spki.ofRaw(KeyType.ED25519, Spki.rawKey(ed))).isEqualTo(ed);
    assertThat(Spki.keyType(ed)).isEqualTo(KeyType.ED25519);
    assertThat(Spki.publicKey(ed).getEncoded()).isEqualTo(ed);
  }

  @Test
  void truncatedPublicKeysAreRefused() throws Exception {
    byte[] key = ec("secp256r1").getPublic().getEncoded();
    for (int length = 0; length < key.length; length++) {
      byte[] cut = Arrays.copyOf(key, length);
      assertThatThrownBy(() -> Spki.publicKey(cut)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void pssIdentifierIsWhatTheJdkReads() throws Exception {
    for (SignatureAlgorithm algorithm :
        new SignatureAlgorithm[] {
          SignatureAlgorithm.RSA_PSS_SHA256,
          SignatureAlgorithm.RSA_PSS_SHA384,
          SignatureAlgorithm.RSA_PSS_SHA512
        }) {
      byte[] identifier = algorithm.algorithmIdentifier().orElseThrow();
      Der.Reader reader = new Der.Reader(identifier, "identifier").sequence();
      assertThat(reader.oid()).isEqualTo("1.2.840.113549.1.1.10");
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(Der.encode(Der.SEQUENCE, reader.content(Der.SEQUENCE)));
      PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
      HashAlgorithm hash = HashAlgorithm.named(spec.getDigestAlgorithm()).orElseThrow();
      assertThat(hash).isEqualTo(algorithm.hash());
      assertThat(spec.getSaltLength()).isEqualTo(hash.length());
    }
  }

  @Test
  void gcmMessagesReadBack() {
    byte[] message = new GcmMessage(new byte[12], new byte[20]).encode();
    assertThat(message).hasSize(33).startsWith(12);
    GcmMessage parts = GcmMessage.decode(message, 12, GcmMessage.TAG_LENGTH);
    assertThat(parts.sealed()).hasSize(20);
    for (int length = 0; length < 29; length++) {
      byte[] cut = Arrays.copyOf(message, length);
      assertThatThrownBy(() -> GcmMessage.decode(cut, 12, GcmMessage.TAG_LENGTH))
          .isInstanceOf(InvalidCiphertextException.class);
    }
  }

  @Test
  void longLengthsAndLargeArcsAreEncodedAsDerSays() {
    byte[] long200 = Der.encode(Der.OCTET_STRING, new byte[200]);
    assertThat(long200).hasSize(203).startsWith(4, (byte) 0x81, (byte) 200);
    byte[] long70000 = Der.encode(Der.OCTET_STRING, new byte[70000]);
    assertThat(new Der.Reader(long70000, "it").content(Der.OCTET_STRING)).hasSize(70000);
    assertThat(new Der.Reader(Der.oid("1.2.840.113549.1.1.10"), "it").oid())
        .isEqualTo("1.2.840.113549.1.1.10");
    assertThat(new Der.Reader(Der.integer(BigInteger.valueOf(128)), "it").positive())
        .isEqualTo(BigInteger.valueOf(128));
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }
}
