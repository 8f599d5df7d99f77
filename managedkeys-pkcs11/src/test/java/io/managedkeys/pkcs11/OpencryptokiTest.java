package io.managedkeys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.BetweenCalls;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import io.managedkeys.spi.Signing;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token that gives a handle to another key in the next login, and locks its PIN for good. */
class OpencryptokiTest {

  private static final Logger LOG = LoggerFactory.getLogger(OtherTokensTest.class);
  private static final byte[] DATA = "to be signed".getBytes(StandardCharsets.UTF_8);

  private static OpencryptokiToken token;

  @BeforeAll
  static void start() throws Exception {
    token = OpencryptokiToken.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (token != null) {
      token.close();
    }
  }

  private static Pkcs11Backend open(String pin, long version, String... more) {
    Map<String, String> fields = new HashMap<>();
    fields.put("library", "softhsm");
    fields.put("token-label", OpencryptokiToken.LABEL);
    fields.put("pin", pin);
    for (int i = 0; i < more.length; i += 2) {
      fields.put(more[i], more[i + 1]);
    }
    return TestBackend.open(token.library(), fields, version, Optional.empty());
  }

  @Test
  void opencryptokiDoesWhatItsKeysClaim() {
    try (Pkcs11Backend backend = open(OpencryptokiToken.PIN, 1)) {
      Exercise exercise = new Exercise(backend).everything();
      LOG.info("opencryptoki: {}", exercise);
      assertThat(exercise.wrong).isEmpty();
      // It lists no CKM_SHA256_RSA_PKCS: hashed here, with a DigestInfo of ours.
      assertThat(exercise.works).contains("RSA_PKCS1_SHA256 RSA-2048", "RSA_PSS_SHA256 RSA-2048");
    }
  }

  private static boolean verifies(PublicKey key, byte[] signature) throws Exception {
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(key);
    verifier.update(DATA);
    return verifier.verify(signature);
  }

  @Test
  void aHandleThatNowMeansAnotherKeyIsNotUsed() throws Exception {
    // Made by another process, so that this one numbers them as it finds them.
    for (String key : List.of("one:f1", "five:f5")) {
      token.tool(
          "--token-label",
          OpencryptokiToken.LABEL,
          "--login",
          "--pin",
          OpencryptokiToken.PIN,
          "--keypairgen",
          "--key-type",
          "rsa:2048",
          "--label",
          key.substring(0, key.indexOf(':')),
          "--id",
          key.substring(key.indexOf(':') + 1));
    }
    PublicKey fivesPublicKey;
    try (Pkcs11Backend backend = open(OpencryptokiToken.PIN, 1)) {
      fivesPublicKey =
          backend.key(TestBackend.entry("five"), TestBackend.soon()).info().publicKey();
    }
    try (Pkcs11Backend backend = open(OpencryptokiToken.PIN, 1)) {
      Pkcs11Key one = (Pkcs11Key) backend.key(TestBackend.entry("one"), TestBackend.soon());
      Signing signing = one.capability(Signing.class).orElseThrow();
      Message digest = Message.digest(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(DATA));
      signing.sign(SignatureAlgorithm.RSA_PKCS1_SHA256, digest, TestBackend.soon());
      long stale = one.handle().current();

      // Another component of the process logs out, in, and looks for the other key first.
      Cryptoki cryptoki = backend.connection().module().cryptoki();
      long slot =
          new io.managedkeys.pkcs11.token.TokenSlots(cryptoki).withLabel(OpencryptokiToken.LABEL);
      cryptoki.closeAllSessions(slot);
      long foreign = cryptoki.openSession(slot, false);
      cryptoki.login(
          foreign, Cryptoki.CKU_USER, OpencryptokiToken.PIN.getBytes(StandardCharsets.US_ASCII));
      long reused =
          cryptoki
              .findObjects(
                  foreign,
                  List.of(
                      Attribute.of(Cka.CLASS, Cko.PRIVATE_KEY),
                      Attribute.of(Cka.ID, new byte[] {(byte) 0xF5})),
                  2)[0];
      // The danger is real: the old handle signs, and it is the other key that signs.
      assertThat(reused).isEqualTo(stale);
      byte[] wrong =
          cryptoki.sign(
              foreign,
              Mechanism.of(Ckm.RSA_PKCS),
              stale,
              DigestInfo.encode(HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(DATA)),
              256,
              BetweenCalls.NOTHING);
      assertThat(verifies(one.info().publicKey(), wrong)).isFalse();
      assertThat(verifies(fivesPublicKey, wrong)).isTrue();

      for (int i = 0; i < 5; i++) {
        byte[] signature =
            signing.sign(SignatureAlgorithm.RSA_PKCS1_SHA256, digest, TestBackend.soon());
        assertThat(verifies(one.info().publicKey(), signature)).isTrue();
      }
      assertThat(one.epoch()).isGreaterThan(1);
      cryptoki.closeSession(foreign);
    }
  }

  @Test
  void aWrongPinCostsOneAttemptOfThree() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> open("99999999", 7, "allow-login-when-count-low", "true"))
          .isInstanceOf(BackendAuthenticationException.class);
    }
    try (Pkcs11Backend backend =
        open(OpencryptokiToken.PIN, 8, "allow-login-when-count-low", "true")) {
      Cryptoki cryptoki = backend.connection().module().cryptoki();
      long slot =
          new io.managedkeys.pkcs11.token.TokenSlots(cryptoki).withLabel(OpencryptokiToken.LABEL);
      TokenInfo info = cryptoki.tokenInfo(slot);
      assertThat(info.has(TokenInfo.USER_PIN_LOCKED)).isFalse();
      assertThat(info.has(TokenInfo.USER_PIN_FINAL_TRY)).isFalse();
    }
  }
}
