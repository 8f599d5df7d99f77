package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import io.managedkeys.jca.ProviderList.Position;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JDK makes of the list of providers when nobody names one. */
@Isolated
class ProviderOrderTest {

  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  private final KeyPair rsa = SoftwareKeys.pair("RSA", 2048);
  private final KeyPair ec = SoftwareKeys.pair("EC", 256);
  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKeysProvider provider = ManagedKeysProvider.of(keys);

  ProviderOrderTest() {
    keys.addPair("soft:rsa", rsa, Set.of(Usage.SIGN));
    keys.addPair("soft:ec", ec, Set.of(Usage.SIGN));
    keys.addSecret("soft:hmac", KeyType.hmac(HashAlgorithm.SHA256), new byte[32], info -> info);
  }

  private PrivateKey handle(String ref) {
    return ManagedKeysProvider.privateKey(keys.key(ref));
  }

  private static boolean verifies(
      PublicKey key, String name, PSSParameterSpec spec, byte[] signature) throws Exception {
    Signature verifier = Signature.getInstance(name);
    if (spec != null) {
      verifier.setParameter(spec);
    }
    verifier.initVerify(key);
    verifier.update((byte) 5);
    return verifier.verify(signature);
  }

  @ParameterizedTest
  @EnumSource(Position.class)
  void jdkChoosesByKeyInBothDirections(Position position) throws Exception {
    try (ProviderList list = new ProviderList(provider, position)) {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(handle("soft:ec"));
      assertThat(signature.getProvider()).isSameAs(provider);
      signature.update((byte) 5);
      assertThat(verifies(ec.getPublic(), "SHA256withECDSA", null, signature.sign())).isTrue();
      Signature software = Signature.getInstance("SHA256withECDSA");
      software.initSign(ec.getPrivate());
      assertThat(software.getProvider()).isNotSameAs(provider);
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(ec.getPublic());
      assertThat(verifier.getProvider()).isNotSameAs(provider);
    }
  }

  @ParameterizedTest
  @EnumSource(Position.class)
  void pssWithTheKeyFirstFindsItsProvider(Position position) throws Exception {
    try (ProviderList list = new ProviderList(provider, position)) {
      for (PrivateKey key : new PrivateKey[] {handle("soft:rsa"), rsa.getPrivate()}) {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.initSign(key);
        signature.setParameter(PSS);
        signature.update((byte) 5);
        assertThat(verifies(rsa.getPublic(), "RSASSA-PSS", PSS, signature.sign())).isTrue();
      }
    }
  }

  @Test
  void pssWithParametersFirstServesBothKindsOfKeysAtTheFront() throws Exception {
    try (ProviderList list = new ProviderList(provider, Position.FRONT)) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(PSS);
      for (PrivateKey key :
          new PrivateKey[] {handle("soft:rsa"), rsa.getPrivate(), handle("soft:rsa")}) {
        signature.initSign(key);
        signature.update((byte) 5);
        byte[] made = signature.sign();
        assertThat(verifies(rsa.getPublic(), "RSASSA-PSS", PSS, made)).isTrue();
        signature.initVerify(rsa.getPublic());
        signature.update((byte) 5);
        assertThat(signature.verify(made)).isTrue();
      }
    }
  }

  @Test
  void softwareKeyWithPssThatIsNotOursWorksAtTheFront() throws Exception {
    PSSParameterSpec odd = new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1);
    try (ProviderList list = new ProviderList(provider, Position.FRONT)) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(odd);
      signature.initSign(rsa.getPrivate());
      signature.update((byte) 5);
      assertThat(verifies(rsa.getPublic(), "RSASSA-PSS", odd, signature.sign())).isTrue();
    }
  }

  @Test
  void pssWithParametersFirstAtTheEndStaysWithTheFirstProvider() throws Exception {
    try (ProviderList list = new ProviderList(provider, Position.END)) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(PSS);
      assertThatThrownBy(() -> signature.initSign(handle("soft:rsa")))
          .as("the trap that docs name; such consumers need us at the front")
          .isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void twoInstancesNeverHandAKeyToEachOther() throws Exception {
    ManagedKeysProvider second = ManagedKeysProvider.of("second", new SoftwareKeys());
    try (ProviderList one = new ProviderList(provider, Position.FRONT);
        ProviderList two = new ProviderList(second, Position.FRONT)) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(PSS);
      signature.initSign(rsa.getPrivate());
      signature.update((byte) 5);
      assertThat(verifies(rsa.getPublic(), "RSASSA-PSS", PSS, signature.sign())).isTrue();
      signature.initSign(handle("soft:rsa"));
      signature.update((byte) 5);
      assertThat(verifies(rsa.getPublic(), "RSASSA-PSS", PSS, signature.sign()))
          .as("a handle works in any instance")
          .isTrue();
      assertThat(signature.getProvider()).isSameAs(second);
      Signature unknown = Signature.getInstance("RSASSA-PSS");
      unknown.setParameter(PSS);
      assertThatThrownBy(() -> unknown.initSign(ec.getPrivate()))
          .as("a key that nobody takes ends in a refusal, not in a circle")
          .isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void enginesSettledByAQuestionServeSoftwareKeysAtTheFront() throws Exception {
    try (ProviderList list = new ProviderList(provider, Position.FRONT)) {
      SecretKeySpec software = new SecretKeySpec(new byte[32], "HmacSHA256");
      Mac mac = Mac.getInstance("HmacSHA256");
      assertThat(mac.getMacLength()).isEqualTo(32);
      mac.init(software);
      byte[] code = mac.doFinal(new byte[] {1});
      mac.init(ManagedKeysProvider.secretKey(keys.key("soft:hmac")));
      assertThat(mac.doFinal(new byte[] {1})).isEqualTo(code);

      SecretKeySpec aes = new SecretKeySpec(new byte[32], "AES");
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      assertThat(cipher.getBlockSize()).isEqualTo(16);
      cipher.init(Cipher.ENCRYPT_MODE, aes);
      cipher.updateAAD(new byte[3]);
      byte[] first = cipher.update(new byte[100]);
      byte[] rest = cipher.doFinal();
      Cipher back = Cipher.getInstance("AES/GCM/NoPadding");
      back.init(Cipher.DECRYPT_MODE, aes, cipher.getParameters());
      back.updateAAD(new byte[3]);
      byte[] whole = java.util.Arrays.copyOf(first, first.length + rest.length);
      System.arraycopy(rest, 0, whole, first.length, rest.length);
      assertThat(back.doFinal(whole)).isEqualTo(new byte[100]);
    }
  }

  @Test
  void frontOfTheListLeavesOrdinaryCryptographyAlone() throws Exception {
    try (ProviderList list = new ProviderList(provider, Position.FRONT)) {
      assertThat(new SecureRandom().getProvider()).isNotSameAs(provider);
      assertThat(SecureRandom.getInstanceStrong().getProvider()).isNotSameAs(provider);
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(ec.getPrivate());
      agreement.doPhase(SoftwareKeys.newPair("EC", 256).getPublic(), true);
      assertThat(agreement.generateSecret()).hasSize(32);
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
      oaep.init(Cipher.ENCRYPT_MODE, rsa.getPublic());
      assertThat(oaep.getProvider()).isNotSameAs(provider);
      Signature raw = Signature.getInstance("NONEwithRSA");
      raw.initSign(rsa.getPrivate());
      raw.update(new byte[20]);
      assertThat(raw.sign()).hasSize(256);
      assertThat(java.security.MessageDigest.getInstance("SHA-256").getProvider())
          .isNotSameAs(provider);
    }
  }

  @Test
  void unregisteredObjectWorksByItself() throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA", provider);
    signature.initSign(handle("soft:ec"));
    signature.update((byte) 5);
    assertThat(verifies(ec.getPublic(), "SHA256withECDSA", null, signature.sign())).isTrue();
  }
}
