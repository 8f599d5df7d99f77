package io.managedkeys.azurekv;

import static io.managedkeys.azurekv.Fixture.call;
import static io.managedkeys.azurekv.Fixture.pinned;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.GET;
import static io.managedkeys.testkit.azurekv.KeyVaultOperation.SIGN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.Verifying;
import io.managedkeys.testkit.azurekv.Fault;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningTest {
  private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static Fixture fixture;
  private static KeyBackend backend;

  @BeforeAll
  static void open() {
    fixture = Fixture.vault();
    backend = fixture.open();
  }

  @AfterAll
  static void close() {
    backend.close();
    fixture.close();
  }

  @AfterEach
  void clear() {
    fixture.server.faults().clear();
    fixture.server.requests().clear();
  }

  @ParameterizedTest
  @CsvSource({"2048,false", "3072,true"})
  void rsaSignsWithEverySchemeAndHash(int bits, boolean hsm) throws Exception {
    fixture
        .sdk()
        .createRsaKey(
            new CreateRsaKeyOptions("rsa" + bits).setKeySize(bits).setHardwareProtected(hsm));
    BackendKey key = backend.key(fixture.named("rsa" + bits), call());

    assertThat(key.info().type()).isEqualTo(KeyType.rsa(bits));
    assertThat(key.info().signatureAlgorithms()).hasSize(6);
    for (SignatureAlgorithm algorithm : key.info().signatureAlgorithms()) {
      Signing signing = key.capability(Signing.class).orElseThrow();
      assertThat(signing.accepts(algorithm)).containsExactly(MessageForm.DIGEST);
      byte[] signature = sign(key, algorithm);
      Signature verifier = Signature.getInstance(algorithm.jcaName());
      if (algorithm.jcaParameters() != null) {
        verifier.setParameter(algorithm.jcaParameters());
      }
      verifier.initVerify(key.info().publicKey());
      verifier.update(MESSAGE);
      assertThat(verifier.verify(signature)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "P-256,false,EC-P256",
    "P-256,true,EC-P256",
    "P-384,false,EC-P384",
    "P-521,true,EC-P521"
  })
  void ecSignsInThePlainForm(String curve, boolean hsm, String type) throws Exception {
    createEc("ec" + curve + hsm, curve, hsm);
    BackendKey key = backend.key(fixture.named("ec" + curve + hsm), call());

    assertThat(key.info().type()).isEqualTo(KeyType.parse(type));
    assertThat(key.info().signatureAlgorithms()).hasSize(1);
    SignatureAlgorithm algorithm = key.info().signatureAlgorithms().iterator().next();
    assertThat(key.capability(Signing.class).orElseThrow().plainEcdsa()).isTrue();
    Signature verifier = Signature.getInstance(algorithm.jcaName() + "inP1363Format");
    verifier.initVerify(key.info().publicKey());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(sign(key, algorithm))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void secp256k1SignsAndVerifiesInTheVault(boolean hsm) {
    createEc("k1" + hsm, "P-256K", hsm);
    BackendKey key = backend.key(fixture.named("k1" + hsm), call());
    Message message = digest(SignatureAlgorithm.ECDSA_SHA256);

    assertThat(key.info().type()).isEqualTo(KeyType.EC_SECP256K1);
    byte[] signature = sign(key, SignatureAlgorithm.ECDSA_SHA256);
    Verifying verifying = key.capability(Verifying.class).orElseThrow();
    assertThat(verifying.verify(SignatureAlgorithm.ECDSA_SHA256, message, signature, call()))
        .isTrue();
    signature[9] ^= 1;
    assertThat(verifying.verify(SignatureAlgorithm.ECDSA_SHA256, message, signature, call()))
        .isFalse();
  }

  @Test
  void oneLookUpAndThenOneRequestForEachSignature() {
    createEc("counted", "P-256", false);
    fixture.server.requests().clear();
    BackendKey key = backend.key(fixture.named("counted"), call());
    for (int i = 0; i < 5; i++) {
      sign(key, SignatureAlgorithm.ECDSA_SHA256);
    }

    assertThat(fixture.server.requests().count(GET)).isEqualTo(1);
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(5);
    assertThat(fixture.server.requests().all()).hasSize(6);
  }

  @Test
  void aPinnedKeyIsBoundWithoutARequest() {
    createEc("pinned", "P-384", true);
    KeyConfig entry = fixture.named("pinned");
    BackendKey first = backend.key(entry, call());
    fixture.server.requests().clear();

    BackendKey again = backend.key(pinned(entry, first), call());

    assertThat(fixture.server.requests().all()).isEmpty();
    assertThat(again.info().spki()).hasValueSatisfying(spki -> assertThat(spki).isNotEmpty());
    assertThat(again.info().signatureAlgorithms()).isEqualTo(first.info().signatureAlgorithms());
    sign(again, SignatureAlgorithm.ECDSA_SHA384);
    assertThat(fixture.server.requests().all()).hasSize(1);
  }

  @Test
  void aNewVersionIsNotTakenForThePinnedOne() {
    KeyVaultKey old = createEc("moves", "P-256", false);
    KeyConfig entry = fixture.named("moves");
    KeyConfig pinned = pinned(entry, backend.key(entry, call()));
    KeyVaultKey current = createEc("moves", "P-256", false);

    assertThat(backend.key(pinned, call()).info().version())
        .contains(old.getProperties().getVersion());
    assertThat(backend.key(entry, call()).info().version())
        .contains(current.getProperties().getVersion());
    KeyConfig byVersion =
        fixture.entry(Map.of("key-name", "moves", "key-version", old.getProperties().getVersion()));
    assertThat(backend.key(byVersion, call()).info().version())
        .contains(old.getProperties().getVersion());
  }

  @Test
  void aPinOfAnotherKeyOrVersionIsRefused() {
    createEc("one", "P-256", false);
    KeyVaultKey two = createEc("two", "P-256", false);
    BackendKey one = backend.key(fixture.named("one"), call());

    assertThatThrownBy(() -> backend.key(pinned(fixture.named("two"), one), call()))
        .isInstanceOf(IdentityChangedException.class);
    KeyConfig other =
        fixture.entry(Map.of("key-name", "one", "key-version", two.getProperties().getVersion()));
    assertThatThrownBy(() -> backend.key(pinned(other, one), call()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void anAnswerInTheNameOfAnotherKeyIsDropped() {
    createEc("imposed", "P-256", false);
    BackendKey key = backend.key(fixture.named("imposed"), call());
    fixture.server.faults().add(Fault.otherKeyId().on(SIGN, GET));

    assertThatThrownBy(() -> sign(key, SignatureAlgorithm.ECDSA_SHA256))
        .isInstanceOf(IdentityChangedException.class);
    fixture.server.faults().clear();
    sign(key, SignatureAlgorithm.ECDSA_SHA256);
    fixture.server.faults().add(Fault.otherKeyId().on(GET));
    KeyConfig version =
        fixture.entry(
            Map.of("key-name", "imposed", "key-version", key.info().version().orElseThrow()));
    assertThatThrownBy(() -> backend.key(version, call()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void statesAndOperationsOfTheServiceHaveTheirTypes() {
    KeyVaultKey made = createEc("states", "P-256", false);
    BackendKey key = backend.key(fixture.named("states"), call());
    fixture.sdk().updateKeyProperties(made.getProperties().setEnabled(false));

    assertThatThrownBy(() -> sign(key, SignatureAlgorithm.ECDSA_SHA256))
        .isInstanceOfSatisfying(
            KeyStateException.class,
            e -> {
              assertThat(e.serviceCode()).isEqualTo("KeyDisabled");
              assertThat(e.requestId()).isNotBlank();
            });
    assertThatThrownBy(() -> backend.key(fixture.named("states"), call()))
        .isInstanceOf(KeyStateException.class);
    fixture.sdk().updateKeyProperties(made.getProperties().setEnabled(true), KeyOperation.VERIFY);
    assertThatThrownBy(() -> sign(key, SignatureAlgorithm.ECDSA_SHA256))
        .isInstanceOfSatisfying(
            UsageDeniedException.class,
            e -> assertThat(e.serviceCode()).isEqualTo("KeyOperationForbidden"));
    BackendKey verifyOnly = backend.key(fixture.named("states"), call());
    assertThat(verifyOnly.capability(Signing.class)).isEmpty();
    assertThat(verifyOnly.capability(Verifying.class)).isPresent();
    assertThatThrownBy(() -> backend.key(fixture.named("nobody"), call()))
        .isInstanceOfSatisfying(
            KeyNotFoundException.class, e -> assertThat(e.serviceCode()).isEqualTo("KeyNotFound"));
  }

  @Test
  void whatAKeyCanNotDoItDoesNotOffer() {
    createEc("narrow", "P-256", false);
    BackendKey key = backend.key(fixture.named("narrow"), call());

    assertThat(key.capability(Decrypting.class)).isEmpty();
    assertThat(key.capability(SecretEncrypting.class)).isEmpty();
    assertThat(key.capability(CertificateSource.class)).isPresent();
    assertThat(backend.capability(RandomSource.class)).isEmpty();
  }

  @Test
  void badNamesAndVersionsAreRefusedBeforeAnyRequest() {
    for (Map<String, String> fields :
        new Map[] {
          Map.of("key-name", "a/b"),
          Map.of("key-name", "a?b"),
          Map.of("key-name", "a", "key-version", "latest"),
          Map.of("key-name", "")
        }) {
      assertThatThrownBy(() -> backend.key(fixture.entry(fields), call()))
          .isInstanceOf(InvalidConfigurationException.class);
    }
    assertThat(fixture.server.requests().all()).isEmpty();
  }

  @Test
  void healthIsARealOperation() {
    createEc("probe", "P-256", false);
    BackendKey key = backend.key(fixture.named("probe"), call());
    fixture.server.requests().clear();

    assertThat(backend.check(key, call()).up()).isTrue();
    assertThat(fixture.server.requests().count(SIGN)).isEqualTo(1);
    assertThat(backend.check(null, call()).up()).isTrue();
    fixture.server.faults().add(Fault.error(503, "ServiceUnavailable"));
    assertThat(backend.check(key, call()).up()).isFalse();
    assertThat(backend.check(null, call()).up()).isFalse();
  }

  private static byte[] sign(BackendKey key, SignatureAlgorithm algorithm) {
    return key.capability(Signing.class).orElseThrow().sign(algorithm, digest(algorithm), call());
  }

  private static Message digest(SignatureAlgorithm algorithm) {
    return Message.digest(algorithm.hash(), algorithm.hash().digest(MESSAGE));
  }

  private static KeyVaultKey createEc(String name, String curve, boolean hsm) {
    return fixture
        .sdk()
        .createEcKey(
            new CreateEcKeyOptions(name)
                .setCurveName(KeyCurveName.fromString(curve))
                .setHardwareProtected(hsm));
  }
}
