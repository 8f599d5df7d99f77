package io.managedkeys.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {

  private final TestAuthority authority = new TestAuthority();
  private final SoftwareKeys keys = new SoftwareKeys();
  private final ManagedKeysProvider provider = ManagedKeysProvider.of(keys);
  private final X509Certificate leaf =
      authority.issue("ec", SoftwareKeys.pair("EC", 256).getPublic());
  private KeyStore store;

  @BeforeEach
  void fill() throws Exception {
    keys.addPair(
        "soft:ec", SoftwareKeys.pair("EC", 256), Set.of(Usage.SIGN), leaf, authority.certificate);
    keys.addPair("soft:bare", SoftwareKeys.pair("RSA", 2048), Set.of(Usage.SIGN));
    keys.addPair(
        "soft:ed",
        SoftwareKeys.pair("Ed25519", 0),
        Set.of(Usage.SIGN),
        authority.issue("ed", SoftwareKeys.pair("Ed25519", 0).getPublic()),
        authority.certificate);
    keys.addSecret("soft:aes", KeyType.AES_256, new byte[32], info -> info);
    keys.put(
        new SoftwareKey(
            "soft:broken",
            SoftwareKeys.pair("EC", 256).getPrivate(),
            keys.key("soft:ec").info(),
            Set.of(Usage.SIGN),
            List.of()) {
          @Override
          public KeyInfo info(Duration deadline) {
            throw new BackendUnavailableException("the backend does not answer", null);
          }
        });
    keys.addPair("soft:mismatched", SoftwareKeys.pair("EC", 384), Set.of(Usage.SIGN), leaf);
    store = KeyStore.getInstance("ManagedKeys", provider);
    store.load(null, null);
  }

  @Test
  void everyKeyIsListedByItsReference() throws Exception {
    assertThat(Collections.list(store.aliases()))
        .containsExactly(
            "soft:aes", "soft:bare", "soft:broken", "soft:ec", "soft:ed", "soft:mismatched");
    assertThat(store.size()).isEqualTo(6);
    assertThat(store.containsAlias("SOFT:EC")).isTrue();
    assertThat(store.containsAlias("soft:none")).isFalse();
    assertThat(store.containsAlias("not a reference")).isFalse();
    assertThat(store.getKey("soft:none", null)).isNull();
    assertThat(store.getCertificateChain("soft:none")).isNull();
  }

  @Test
  void keyWithAChainIsAWholeEntry() throws Exception {
    KeyStore.PrivateKeyEntry entry =
        (KeyStore.PrivateKeyEntry)
            store.getEntry("soft:ec", new KeyStore.PasswordProtection("ignored".toCharArray()));
    assertThat(entry.getCertificateChain()).containsExactly(leaf, authority.certificate);
    assertThat(entry.getPrivateKey()).isEqualTo(store.getKey("soft:ec", null));
    assertThat(store.getEntry("soft:ec", null)).isNotNull();
    assertThat(store.getCertificateAlias(leaf)).isEqualTo("soft:ec");
    assertThat(store.getCertificate("soft:ec")).isEqualTo(leaf);
    assertThat(store.getCertificateAlias(authority.certificate)).isNull();
  }

  @Test
  void keyWithoutAChainIsAKeyAllTheSame() throws Exception {
    assertThat(store.isKeyEntry("soft:bare")).isTrue();
    assertThat(store.entryInstanceOf("soft:bare", KeyStore.PrivateKeyEntry.class)).isTrue();
    assertThat(store.getKey("soft:bare", null)).isInstanceOf(PrivateKey.class);
    assertThat(store.getCertificateChain("soft:bare")).isNull();
    assertThatThrownBy(() -> store.getEntry("soft:bare", null))
        .isInstanceOf(UnrecoverableEntryException.class)
        .hasMessageContaining("soft:bare")
        .hasMessageContaining("certificate-chain");
  }

  @Test
  void secretKeyIsASecretKeyEntry() throws Exception {
    Key key = store.getKey("soft:aes", "x".toCharArray());
    assertThat(key).isInstanceOf(SecretKey.class);
    assertThat(store.entryInstanceOf("soft:aes", KeyStore.SecretKeyEntry.class)).isTrue();
    assertThat(store.entryInstanceOf("soft:aes", KeyStore.PrivateKeyEntry.class)).isFalse();
    assertThat(store.getEntry("soft:aes", null)).isInstanceOf(KeyStore.SecretKeyEntry.class);
  }

  @Test
  void brokenKeyIsListedAndNamedAndSpoilsNothing() throws Exception {
    assertThat(store.containsAlias("soft:broken")).isTrue();
    assertThat(store.isKeyEntry("soft:broken")).isFalse();
    assertThat(store.getCertificateChain("soft:broken")).isNull();
    assertThatThrownBy(() -> store.getKey("soft:broken", null))
        .isInstanceOf(UnrecoverableKeyException.class)
        .hasCauseInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("soft:broken");
  }

  @Test
  void chainOfAnotherKeyIsPassedOver() throws Exception {
    assertThat(store.isKeyEntry("soft:mismatched")).isTrue();
    assertThat(store.getCertificateChain("soft:mismatched")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SunX509", "NewSunX509"})
  void keyManagersTakeWhatTheyCanUse(String algorithm) throws Exception {
    KeyManagerFactory factory = KeyManagerFactory.getInstance(algorithm);
    factory.init(store, new char[0]);
    for (KeyManager each : factory.getKeyManagers()) {
      X509KeyManager manager = (X509KeyManager) each;
      String[] aliases = manager.getServerAliases("EC", null);
      assertThat(aliases).hasSize(1);
      assertThat(manager.getPrivateKey(aliases[0])).isEqualTo(store.getKey("soft:ec", null));
      assertThat(manager.getServerAliases("EdDSA", null)).hasSize(1);
      assertThat(manager.getServerAliases("RSA", null)).isNull();
    }
  }

  @Test
  void storeTakesNoKeysAndWritesNone() throws Exception {
    KeyStoreException taken =
        org.junit.jupiter.api.Assertions.assertThrows(
            KeyStoreException.class,
            () ->
                store.setKeyEntry(
                    "soft:new",
                    SoftwareKeys.pair("EC", 256).getPrivate(),
                    null,
                    new X509Certificate[] {leaf}));
    assertThat(taken).hasMessageContaining("registry");
    assertThatThrownBy(() -> store.setCertificateEntry("soft:new", leaf))
        .isInstanceOf(KeyStoreException.class);
    assertThatThrownBy(() -> store.deleteEntry("soft:ec")).isInstanceOf(KeyStoreException.class);
    assertThatThrownBy(() -> store.store(new ByteArrayOutputStream(), null))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(store.containsAlias("soft:ec")).isTrue();
  }

  @Test
  void unconfiguredProviderSaysHowToConfigureIt() throws Exception {
    KeyStore unconfigured = KeyStore.getInstance("ManagedKeys", new ManagedKeysProvider());
    assertThatThrownBy(() -> unconfigured.load(null, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-providerArg");
    assertThatThrownBy(() -> store.load(new ByteArrayInputStream(new byte[0]), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NONE");
  }
}
