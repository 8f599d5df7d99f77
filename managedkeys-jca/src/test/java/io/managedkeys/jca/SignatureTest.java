package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyLimits;
import io.managedkeys.ManagedKey;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Usage;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {

  private static final PSSParameterSpec PSS_SHA256 =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKeysProvider provider = ManagedKeysProvider.of(keys);
  private final byte[] message = new byte[100_000];

  SignatureTest() {
    new Random(7).nextBytes(message);
    keys.addPair("soft:rsa", SoftwareKeys.pair("RSA", 2048), Set.of(Usage.SIGN));
    keys.addPair("soft:p256", SoftwareKeys.pair("EC", 256), Set.of(Usage.SIGN));
    keys.addPair("soft:p521", SoftwareKeys.pair("EC", 521), Set.of(Usage.SIGN));
    keys.addPair("soft:ed", SoftwareKeys.pair("Ed25519", 0), Set.of(Usage.SIGN));
    keys.addPair(
        "soft:raw-rsa",
        SoftwareKeys.pair("RSA", 2048),
        Set.of(Usage.SIGN),
        info -> info.signs(List.of(SignatureAlgorithm.RSA_PKCS1_NONE)));
    keys.addPair(
        "soft:raw-ec",
        SoftwareKeys.pair("EC", 256),
        Set.of(Usage.SIGN),
        info -> info.signs(List.of(SignatureAlgorithm.ECDSA_NONE)));
    keys.addPair("soft:decrypts", SoftwareKeys.pair("RSA", 2048), Set.of(Usage.DECRYPT));
    keys.addPair(
        "soft:short",
        SoftwareKeys.pair("Ed25519", 0),
        Set.of(Usage.SIGN),
        info -> info.limits(new KeyLimits(4096, 1, 1, 1, 1)));
  }

  private PrivateKey handle(String ref) {
    return ManagedKeysProvider.privateKey(keys.key(ref));
  }

  private PublicKey publicKey(String ref) {
    return keys.pairOf(ref).getPublic();
  }

  private static byte[] signInPieces(Signature signature, PrivateKey key, byte[] message)
      throws Exception {
    signature.initSign(key);
    signature.update(message[0]);
    signature.update(message, 1, 77);
    signature.update(java.nio.ByteBuffer.wrap(message, 78, message.length - 78));
    return signature.sign();
  }

  @ParameterizedTest
  @CsvSource({
    "SHA256withRSA, soft:rsa, SHA256withRSA",
    "SHA384withRSA, soft:rsa, SHA384withRSA",
    "SHA512withRSA, soft:rsa, SHA512withRSA",
    "1.2.840.113549.1.1.11, soft:rsa, SHA256withRSA",
    "SHA256withECDSA, soft:p256, SHA256withECDSA",
    "SHA384withECDSA, soft:p256, SHA384withECDSA",
    "SHA512withECDSA, soft:p521, SHA512withECDSA",
    "SHA256withECDSAinP1363Format, soft:p256, SHA256withECDSAinP1363Format",
    "SHA256withPLAIN-ECDSA, soft:p256, SHA256withECDSAinP1363Format",
    "SHA512withECDSAinP1363Format, soft:p521, SHA512withECDSAinP1363Format",
    "Ed25519, soft:ed, Ed25519",
    "EdDSA, soft:ed, Ed25519",
  })
  void signaturesVerifyWithTheJdk(String name, String ref, String jdkName) throws Exception {
    byte[] signature = signInPieces(Signature.getInstance(name, provider), handle(ref), message);
    Signature verifier = Signature.getInstance(jdkName);
    verifier.initVerify(publicKey(ref));
    verifier.update(message);
    assertThat(verifier.verify(signature)).isTrue();
    assertThat(keys.software(ref).operations).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({"SHA-256, 32", "SHA-384, 48", "SHA-512, 64"})
  void pssVerifiesWithTheJdk(String hash, int salt) throws Exception {
    PSSParameterSpec spec =
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1);
    Signature verifier = Signature.getInstance("RSASSA-PSS");
    verifier.setParameter(spec);
    for (String name :
        List.of(
            "RSASSA-PSS",
            hash.replace("-", "") + "withRSAandMGF1",
            hash.replace("-", "") + "withRSASSA-PSS")) {
      Signature signer = Signature.getInstance(name, provider);
      if (name.equals("RSASSA-PSS")) {
        signer.setParameter(spec);
      }
      byte[] signature = signInPieces(signer, handle("soft:rsa"), message);
      verifier.initVerify(publicKey("soft:rsa"));
      verifier.update(message);
      assertThat(verifier.verify(signature)).as(name).isTrue();
    }
  }

  @Test
  void pssParametersMayComeAfterTheKeyButMustCome() throws Exception {
    Signature signer = Signature.getInstance("RSASSA-PSS", provider);
    signer.initSign(handle("soft:rsa"));
    assertThatThrownBy(() -> signer.update(message))
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining("setParameter");
    signer.setParameter(PSS_SHA256);
    signer.update(message);
    assertThatThrownBy(() -> signer.setParameter(PSS_SHA256))
        .isInstanceOf(java.security.ProviderException.class);
    byte[] signature = signer.sign();
    signer.initVerify(publicKey("soft:rsa"));
    signer.update(message);
    assertThat(signer.verify(signature)).isTrue();
  }

  @Test
  void pssProbeWithoutAKeyAnswersTheParameters() throws Exception {
    Signature probe = Signature.getInstance("RSASSA-PSS", provider);
    assertThat(probe.getParameters()).isNull();
    probe.setParameter(PSS_SHA256);
    assertThat(probe.getParameters().getParameterSpec(PSSParameterSpec.class).getSaltLength())
        .isEqualTo(32);
  }

  @Test
  void pssThatNoManagedKeyMakesIsRefusedWhenTheKeyIsKnown() throws Exception {
    Signature signer = Signature.getInstance("RSASSA-PSS", provider);
    signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1));
    assertThatThrownBy(() -> signer.initSign(handle("soft:rsa")))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("salt");
    Signature late = Signature.getInstance("RSASSA-PSS", provider);
    late.initSign(handle("soft:rsa"));
    assertThatThrownBy(() -> late.setParameter(PSSParameterSpec.DEFAULT))
        .isInstanceOf(InvalidAlgorithmParameterException.class);
  }

  @Test
  void oneObjectSignsAgainAndForAnotherKey() throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA", provider);
    signer.initSign(handle("soft:p256"));
    for (int i = 0; i < 3; i++) {
      signer.update(message, 0, i);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(publicKey("soft:p256"));
      verifier.update(message, 0, i);
      assertThat(verifier.verify(signature)).isTrue();
    }
    signer.update(message);
    signer.initSign(handle("soft:p521"));
    signer.update(message, 0, 5);
    byte[] signature = signer.sign();
    signer.initVerify(publicKey("soft:p521"));
    signer.update(message, 0, 5);
    assertThat(signer.verify(signature)).as("what was fed before init is gone").isTrue();
  }

  @Test
  void callersDigestIsSignedOnlyWhereTheEntryNamesIt() throws Exception {
    byte[] digest = new byte[32];
    for (String[] each :
        new String[][] {
          {"NONEwithECDSA", "soft:raw-ec", "soft:p256"},
          {"NONEwithECDSAinP1363Format", "soft:raw-ec", "soft:p256"},
          {"NONEwithRSA", "soft:raw-rsa", "soft:rsa"}
        }) {
      Signature signer = Signature.getInstance(each[0], provider);
      signer.initSign(handle(each[1]));
      signer.update(digest);
      byte[] signature = signer.sign();
      signer.initVerify(publicKey(each[1]));
      signer.update(digest);
      assertThat(signer.verify(signature)).as(each[0]).isTrue();
      assertThatThrownBy(() -> signer.initSign(handle(each[2])))
          .as(each[0])
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining(each[2])
          .hasMessageContaining("NONE");
    }
    Signature long64 = Signature.getInstance("NONEwithECDSA", provider);
    long64.initSign(handle("soft:raw-ec"));
    assertThatThrownBy(() -> long64.update(new byte[65]))
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining("64 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "SHA256withRSA, soft:p256, not one for SHA256withRSA",
    "SHA256withECDSA, soft:rsa, not one for SHA256withECDSA",
    "Ed448, soft:ed, not one for Ed448",
    "SHA1withRSA, soft:rsa, RSA_PKCS1_SHA1",
    "SHA256withRSA, soft:decrypts, may not sign",
  })
  void whatKeyOrEntryDoNotPermitFailsInInit(String name, String ref, String why) throws Exception {
    Signature signer = Signature.getInstance(name, provider);
    assertThatThrownBy(() -> signer.initSign(handle(ref)))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining(ref)
        .hasMessageContaining(why);
    assertThat(keys.software(ref).operations).hasValue(0);
  }

  @Test
  void pureMessageOverTheLimitIsRefusedAsItArrives() throws Exception {
    Signature signer = Signature.getInstance("Ed25519", provider);
    signer.initSign(handle("soft:short"));
    signer.update(message, 0, 4096);
    assertThat(signer.sign()).hasSize(64);
    signer.update(message, 0, 4096);
    assertThatThrownBy(() -> signer.update((byte) 1))
        .isInstanceOf(SignatureException.class)
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining("4096 bytes")
        .hasMessageContaining("soft:short");
    assertThat(keys.software("soft:short").operations).hasValue(1);
  }

  @Test
  void foreignPrivateKeyIsRefused() throws Exception {
    for (String name : List.of("SHA256withRSA", "RSASSA-PSS", "SHA256withECDSA", "Ed25519")) {
      Signature signer = Signature.getInstance(name, provider);
      assertThatThrownBy(() -> signer.initSign(SoftwareKeys.pair("RSA", 2048).getPrivate()))
          .as(name)
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("not a managed key");
      assertThatThrownBy(() -> signer.initSign(null)).isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void wrongSignatureIsFalseAndMalformedOneIsWhatTheJdkSays() throws Exception {
    for (String name : List.of("SHA256withECDSA", "SHA256withRSA", "Ed25519")) {
      String ref =
          name.endsWith("ECDSA") ? "soft:p256" : name.endsWith("RSA") ? "soft:rsa" : "soft:ed";
      byte[] good = signInPieces(Signature.getInstance(name, provider), handle(ref), message);
      byte[] malformed = new byte[] {0x30, 1};
      Signature ours = Signature.getInstance(name, provider);
      Signature jdk = Signature.getInstance(name);
      ours.initVerify(publicKey(ref));
      jdk.initVerify(publicKey(ref));
      ours.update(message, 0, 99);
      assertThat(ours.verify(good)).as(name).isFalse();
      ours.update(message);
      jdk.update(message);
      assertThat(outcome(ours, malformed)).as(name).isEqualTo(outcome(jdk, malformed));
    }
  }

  private static Object outcome(Signature verifier, byte[] signature) {
    try {
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return SignatureException.class;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 65, 128})
  void ed25519SignatureOfAnotherLengthIsMalformed(int length) throws Exception {
    byte[] good =
        signInPieces(Signature.getInstance("Ed25519", provider), handle("soft:ed"), message);
    Signature verifier = Signature.getInstance("Ed25519", provider);
    verifier.initVerify(publicKey("soft:ed"));
    verifier.update(message);
    assertThatThrownBy(() -> verifier.verify(java.util.Arrays.copyOf(good, length)))
        .isInstanceOf(SignatureException.class);
    verifier.update(message);
    assertThat(verifier.verify(good)).as("the refused one left nothing behind").isTrue();
  }

  @Test
  void failureOfTheBackendIsTheCause() throws Exception {
    ManagedKey broken =
        keys.put(
            new SoftwareKey(
                "soft:broken",
                SoftwareKeys.pair("RSA", 2048).getPrivate(),
                keys.key("soft:p256").info(),
                Set.of(Usage.SIGN),
                List.of()));
    Signature signer = Signature.getInstance("SHA256withECDSA", provider);
    signer.initSign(ManagedKeysProvider.privateKey(broken));
    assertThatThrownBy(signer::sign)
        .isInstanceOf(SignatureException.class)
        .hasCauseInstanceOf(io.managedkeys.ManagedKeyException.class)
        .hasMessageContaining("soft:broken");
  }
}
