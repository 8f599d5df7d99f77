package io.managedkeys.local;

import static io.managedkeys.local.Local.can;
import static io.managedkeys.local.Local.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyStateException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.Pin;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.Witness;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalLifecycleTest {

  private static final KeyType HMAC = KeyType.hmac(HashAlgorithm.SHA256);

  private final Local local = Local.inMemory();

  @AfterEach
  void close() {
    local.close();
  }

  private static byte[] mac(BackendKey key) {
    return can(key, Macing.class).mac(MacAlgorithm.HMAC_SHA256, new byte[] {1}, soon());
  }

  private KeyConfig pinned(String name) {
    BackendKey key = local.key(name);
    Witness witness = key.info().type().isSecret() ? Witness.of(key, soon()) : null;
    return Local.entry(name, EnumSet.allOf(Usage.class), Map.of(), Pin.of(key.info(), witness));
  }

  @Test
  void tagFindsTheKeyThatAnActMade() {
    UUID tag = UUID.randomUUID();
    RemoteKey made = local.lifecycle().generate(Local.entry("a"), HMAC, tag, soon());
    assertThat(made.fields()).containsEntry("name", "a");
    assertThat(local.lifecycle().findByTag(tag, soon())).contains(made);
    assertThat(local.lifecycle().findByTag(UUID.randomUUID(), soon())).isEmpty();
  }

  @Test
  void disabledKeyIsRefusedEvenWhereItIsHeldAndWorksAgainWhenEnabled() {
    BackendKey held = local.make("a", HMAC);
    byte[] code = mac(held);
    local.lifecycle().disable(Local.entry("a"), soon());
    assertThatThrownBy(() -> mac(held)).isInstanceOf(KeyStateException.class);
    assertThatThrownBy(() -> local.key("a"))
        .isInstanceOf(KeyStateException.class)
        .hasMessageContaining("disabled");
    local.lifecycle().enable(Local.entry("a"), soon());
    assertThat(mac(held)).isEqualTo(code);
  }

  @Test
  void destructionWaitsCanBeTakenBackAndThenIsFinal() {
    BackendKey held = local.make("a", HMAC);
    byte[] code = mac(held);
    KeyConfig entry = pinned("a");
    Instant at = local.lifecycle().scheduleDestruction(entry, null, soon());
    assertThat(at).isAfter(local.host.clock.instant().plus(Duration.ofDays(6)));
    assertThatThrownBy(() -> mac(held)).isInstanceOf(KeyStateException.class);
    local.lifecycle().cancelDestruction(entry, soon());
    assertThat(mac(held)).isEqualTo(code);

    local.lifecycle().scheduleDestruction(entry, Duration.ofHours(1), soon());
    local.host.clock.advance(Duration.ofMinutes(61));
    assertThatThrownBy(() -> mac(held)).isInstanceOf(KeyNotFoundException.class);
    assertThatThrownBy(() -> local.lifecycle().cancelDestruction(entry, soon()))
        .isInstanceOf(KeyNotFoundException.class);
    assertThat(local.lifecycle().list(soon())).isEmpty();
  }

  @Test
  void destructionAtOnceIsAtOnce() {
    local.make("a", HMAC);
    local.lifecycle().scheduleDestruction(pinned("a"), Duration.ZERO, soon());
    assertThat(local.lifecycle().list(soon())).isEmpty();
  }

  @Test
  void destructionNeedsThePin() {
    local.make("a", HMAC);
    assertThatThrownBy(() -> local.lifecycle().scheduleDestruction(Local.entry("a"), null, soon()))
        .isInstanceOf(InvalidInputException.class);
    assertThat(mac(local.key("a"))).hasSize(32);
  }

  @Test
  void anotherKeyUnderThePinnedNameIsNotTaken() {
    local.make("a", HMAC);
    KeyConfig entry = pinned("a");
    local.lifecycle().scheduleDestruction(entry, Duration.ZERO, soon());
    local.make("a", HMAC);
    assertThatThrownBy(() -> local.backend.key(entry, soon()))
        .isInstanceOf(IdentityChangedException.class);
    assertThatThrownBy(() -> local.lifecycle().disable(entry, soon()))
        .isInstanceOf(IdentityChangedException.class);
  }

  @Test
  void rotationSaysWhatToDoInstead() {
    local.make("a", HMAC);
    assertThat(local.lifecycle().acts()).doesNotContain(KeyLifecycle.Act.ROTATE);
    assertThatThrownBy(() -> local.lifecycle().rotate(Local.entry("a"), UUID.randomUUID(), soon()))
        .isInstanceOf(UnsupportedKeyOperationException.class)
        .hasMessageContaining("new entry");
  }

  @Test
  void importedMaterialMustBeOfItsType() {
    assertThatThrownBy(() -> local.importKey("a", KeyType.AES_256, new byte[16]))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> local.importKey("a", KeyType.EC_P256, new byte[100]))
        .isInstanceOf(InvalidInputException.class);
    byte[] p384 = PrivateKeys.generate(KeyType.EC_P384).getPrivate().getEncoded();
    assertThatThrownBy(() -> local.importKey("a", KeyType.EC_P256, p384))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("EC-P384");
    assertThat(local.lifecycle().list(soon())).isEmpty();
  }

  @Test
  void publicHalvesOfImportedKeysAreFound() {
    for (KeyType type :
        new KeyType[] {
          KeyType.RSA_2048,
          KeyType.EC_P256,
          KeyType.EC_P384,
          KeyType.EC_P521,
          KeyType.ED25519,
          KeyType.ED448,
          KeyType.X25519
        }) {
      // Either root may be the right one: try several.
      for (int i = 0; i < (type.family().equals("EC") ? 6 : 1); i++) {
        var pair = PrivateKeys.generate(type);
        BackendKey key =
            local.importKey(
                type.name().toLowerCase(Locale.ROOT) + "-" + i,
                type,
                pair.getPrivate().getEncoded());
        assertThat(key.info().spki().orElseThrow())
            .as("%s", type)
            .isEqualTo(pair.getPublic().getEncoded());
      }
    }
  }
}
