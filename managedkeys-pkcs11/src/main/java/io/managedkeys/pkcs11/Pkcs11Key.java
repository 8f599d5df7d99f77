package io.managedkeys.pkcs11;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.MechanismInfo;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CertificateSource;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.spi.WrapKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A key in a token, with the abilities that its attributes and the token's mechanisms give it. */
final class Pkcs11Key implements BackendKey {

  private final KeyInfo info;
  private final KeyRunner runner;
  private final Map<Class<?>, Object> abilities = new HashMap<>();

  /**
   * @param runner how its operations reach it
   * @param attributes what the object says of itself
   * @param spki its public key, null for secret keys
   * @param proven the AES key wraps that the token was found to do; empty for a key that wraps none
   */
  Pkcs11Key(
      KeyRunner runner,
      KeyAttributes attributes,
      byte @Nullable [] spki,
      TokenMechanisms mechanisms,
      WrapMechanisms wrapMechanisms,
      Set<WrapAlgorithm> proven,
      OptionalLong onlyMechanism,
      VendorNotes notes) {
    this.runner = runner;
    KeyType type = attributes.keyType();
    KeyInfo.Builder info = KeyInfo.builder(type).spki(spki);
    if (attributes.id() != null) {
      info.resolvedId(
          "id " + HexFormat.of().formatHex(attributes.id()) + ", label " + attributes.label());
    }
    if (type.isSecret()) {
      secret(info, attributes, mechanisms, wrapMechanisms, proven);
    } else if (spki != null) {
      asymmetric(info, attributes, spki, mechanisms, wrapMechanisms, onlyMechanism, notes);
    }
    this.info = info.build();
  }

  private void asymmetric(
      KeyInfo.Builder info,
      KeyAttributes attributes,
      byte[] spki,
      TokenMechanisms mechanisms,
      WrapMechanisms wrapMechanisms,
      OptionalLong only,
      VendorNotes notes) {
    KeyType type = attributes.keyType();
    if (attributes.sign()) {
      Map<SignatureAlgorithm, SignaturePlan> plans = SignaturePlan.of(type, mechanisms, only);
      if (!plans.isEmpty()) {
        info.signs(plans.keySet());
        abilities.put(Signing.class, new TokenSigning(runner, type, plans));
      }
    }
    List<EncryptionAlgorithm> oaep = new ArrayList<>();
    for (EncryptionAlgorithm algorithm : EncryptionAlgorithm.known()) {
      if (algorithm.isOaep()
          && algorithm.suits(type)
          && notes.allowsOaep(algorithm.hash(), algorithm.mgfHash())) {
        oaep.add(algorithm);
      }
    }
    if (attributes.decrypt() && mechanisms.has(Ckm.RSA_PKCS_OAEP, MechanismInfo.DECRYPT)) {
      info.encrypts(oaep);
      abilities.put(Decrypting.class, new OaepDecrypting(runner, type, spki));
    }
    if (attributes.unwrap() && mechanisms.has(Ckm.RSA_PKCS_OAEP, MechanismInfo.UNWRAP)) {
      List<WrapAlgorithm> wraps = new ArrayList<>();
      for (WrapAlgorithm algorithm : WrapAlgorithm.known()) {
        if (algorithm.isOaep()
            && algorithm.suits(type)
            && notes.allowsOaep(algorithm.hash(), algorithm.hash())) {
          wraps.add(algorithm);
        }
      }
      info.wraps(wraps);
      TokenWrapping wrapping = new TokenWrapping(runner, type, wrapMechanisms, false);
      abilities.put(WrapBytes.class, wrapping);
      abilities.put(WrapKey.class, wrapping);
    }
    if (attributes.derive()
        && type.curve() != null
        && mechanisms.has(Ckm.ECDH1_DERIVE, MechanismInfo.DERIVE)) {
      info.agrees(List.of(AgreementAlgorithm.ECDH));
      abilities.put(Agreeing.class, new EcdhAgreeing(runner, type, spki));
    }
    abilities.put(CertificateSource.class, new TokenCertificates(runner, spki));
  }

  private void secret(
      KeyInfo.Builder info,
      KeyAttributes attributes,
      TokenMechanisms mechanisms,
      WrapMechanisms wrapMechanisms,
      Set<WrapAlgorithm> proven) {
    HashAlgorithm hash = attributes.keyType().hmacHash();
    if (hash != null) {
      if (attributes.sign() && mechanisms.has(HmacMacing.mechanism(hash), MechanismInfo.SIGN)) {
        MacAlgorithm.named("HMAC_" + hash.shortName())
            .ifPresent(
                algorithm -> {
                  info.macs(List.of(algorithm));
                  abilities.put(Macing.class, new HmacMacing(runner));
                });
      }
      return;
    }
    if (attributes.encrypt() || attributes.decrypt()) {
      List<EncryptionAlgorithm> algorithms = new ArrayList<>();
      if (mechanisms.has(Ckm.AES_GCM, MechanismInfo.ENCRYPT)) {
        algorithms.add(EncryptionAlgorithm.AES_GCM);
      }
      if (mechanisms.has(Ckm.AES_CBC_PAD, MechanismInfo.ENCRYPT)) {
        algorithms.add(EncryptionAlgorithm.AES_CBC_PAD);
      }
      if (!algorithms.isEmpty()) {
        info.encrypts(algorithms).nonceSource(NonceSource.CALLER_OR_LIBRARY);
        abilities.put(
            SecretEncrypting.class,
            new AesEncrypting(
                runner, attributes.encrypt() && algorithms.contains(EncryptionAlgorithm.AES_GCM)));
      }
    }
    if (!proven.isEmpty()) {
      info.wraps(proven);
      TokenWrapping wrapping =
          new TokenWrapping(runner, attributes.keyType(), wrapMechanisms, attributes.wrap());
      abilities.put(WrapBytes.class, wrapping);
      abilities.put(WrapKey.class, wrapping);
    }
  }

  /** The key's handle. */
  KeyHandle handle() {
    if (runner instanceof KeyHandle handle) {
      return handle;
    }
    throw new IllegalStateException("a key that is being proven has no handle of its own");
  }

  @Override
  public KeyInfo info() {
    return info;
  }

  @Override
  public long epoch() {
    return runner instanceof KeyHandle handle ? handle.epoch() : 0;
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.ofNullable(type.cast(abilities.get(type)));
  }

  @Override
  public String toString() {
    return info.toString();
  }
}
