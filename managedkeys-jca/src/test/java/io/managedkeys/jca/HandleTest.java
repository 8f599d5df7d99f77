package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Usage;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.security.Key;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HandleTest {

  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKey rsa =
      keys.addPair("soft:rsa", SoftwareKeys.pair("RSA", 2048), Set.of(Usage.SIGN));
  private final ManagedKey ec =
      keys.addPair("soft:ec", SoftwareKeys.pair("EC", 256), Set.of(Usage.SIGN));
  private final ManagedKey ed =
      keys.addPair("soft:ed", SoftwareKeys.pair("Ed25519", 0), Set.of(Usage.SIGN));
  private final ManagedKey x =
      keys.addPair("soft:x", SoftwareKeys.pair("X25519", 0), Set.of(Usage.AGREE));
  private final ManagedKey aes =
      keys.addSecret("soft:aes", KeyType.AES_256, new byte[32], info -> info);
  private final ManagedKey hmac =
      keys.addSecret("soft:hmac", KeyType.hmac(HashAlgorithm.SHA256), new byte[32], info -> info);

  private Stream<Key> handles() {
    return Stream.of(
        ManagedKeysProvider.privateKey(rsa),
        ManagedKeysProvider.privateKey(ec),
        ManagedKeysProvider.privateKey(ed),
        ManagedKeysProvider.privateKey(x),
        ManagedKeysProvider.secretKey(aes),
        ManagedKeysProvider.secretKey(hmac));
  }

  @Test
  void noHandleHasAnEncoding() {
    assertThat(handles())
        .allSatisfy(
            handle -> {
              assertThat(handle.getEncoded()).isNull();
              assertThat(handle.getFormat()).isNull();
            });
  }

  @Test
  void noHandleCanBeSerialised() {
    assertThat(handles())
        .allSatisfy(
            handle ->
                assertThatThrownBy(
                        () ->
                            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(handle))
                    .isInstanceOf(NotSerializableException.class));
  }

  @Test
  void algorithmsAreThoseOfTheJdksOwnKeys() {
    assertThat(handles().map(Key::getAlgorithm))
        .containsExactly("RSA", "EC", "EdDSA", "XDH", "AES", "HmacSHA256");
    assertThat(keys.pairOf("soft:ed").getPublic().getAlgorithm()).isEqualTo("EdDSA");
    assertThat(keys.pairOf("soft:x").getPublic().getAlgorithm()).isEqualTo("XDH");
  }

  @Test
  void rsaHandleTellsItsModulusAndNoExponent() {
    PrivateKey handle = ManagedKeysProvider.privateKey(rsa);
    RSAPublicKey publicKey = (RSAPublicKey) keys.pairOf("soft:rsa").getPublic();
    assertThat(handle).isInstanceOf(RSAKey.class).isNotInstanceOf(RSAPrivateKey.class);
    assertThat(((RSAKey) handle).getModulus()).isEqualTo(publicKey.getModulus());
    assertThat(((RSAKey) handle).getParams()).isNull();
  }

  @Test
  void ecHandleTellsItsCurve() {
    ECPublicKey publicKey = (ECPublicKey) keys.pairOf("soft:ec").getPublic();
    assertThat(((ECKey) ManagedKeysProvider.privateKey(ec)).getParams())
        .isEqualTo(publicKey.getParams());
  }

  @Test
  void edwardsAndMontgomeryHandlesHaveTheJdksInterfacesWithoutBytes() {
    EdECPrivateKey edwards = (EdECPrivateKey) ManagedKeysProvider.privateKey(ed);
    XECPrivateKey montgomery = (XECPrivateKey) ManagedKeysProvider.privateKey(x);
    assertThat(edwards.getBytes()).isEmpty();
    assertThat(edwards.getParams().getName()).isEqualTo("Ed25519");
    assertThat(montgomery.getScalar()).isEmpty();
    assertThat(((NamedParameterSpec) montgomery.getParams()).getName()).isEqualTo("X25519");
  }

  /** On 22 and newer this is AsymmetricKey.getParams, whose default would answer null or not link. */
  @Test
  void parametersAreFoundThroughAnyInterface() throws Exception {
    for (ManagedKey key : new ManagedKey[] {ec, ed, x}) {
      PrivateKey handle = ManagedKeysProvider.privateKey(key);
      Method general =
          Stream.of(handle.getClass().getMethods())
              .filter(each -> each.getName().equals("getParams"))
              .filter(
                  each -> each.getReturnType() == java.security.spec.AlgorithmParameterSpec.class)
              .findFirst()
              .orElseThrow();
      general.setAccessible(true);
      assertThat(general.invoke(handle)).as(key.toString()).isNotNull();
    }
  }

  @Test
  void handlesOfOneKeyAreEqualAndOfTwoAreNot() {
    assertThat(ManagedKeysProvider.privateKey(rsa))
        .isEqualTo(ManagedKeysProvider.privateKey(rsa))
        .hasSameHashCodeAs(ManagedKeysProvider.privateKey(rsa))
        .isNotEqualTo(ManagedKeysProvider.privateKey(ec));
  }

  @Test
  void handleLeadsBackToItsManagedKey() {
    assertThat(ManagedKeysProvider.managedKey(ManagedKeysProvider.privateKey(rsa))).contains(rsa);
    assertThat(ManagedKeysProvider.managedKey(SoftwareKeys.pair("RSA", 2048).getPrivate()))
        .isEmpty();
  }

  @Test
  void wrongKindOfHandleIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> ManagedKeysProvider.privateKey(aes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("soft:aes")
        .hasMessageContaining("secretKey");
    assertThatThrownBy(() -> ManagedKeysProvider.secretKey(rsa))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("privateKey");
  }
}
