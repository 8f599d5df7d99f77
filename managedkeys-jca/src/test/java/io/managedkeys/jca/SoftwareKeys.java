package io.managedkeys.jca;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyAccess;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.NonceSource;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.codec.Spki;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/** A {@link KeyAccess} over JDK keys, so that the provider is tested apart from any registry. */
final class SoftwareKeys implements KeyAccess {

  private static final Map<String, KeyPair> PAIRS = new HashMap<>();

  private final Map<String, SoftwareKey> keys = new TreeMap<>();
  private final Map<String, KeyPair> pairs = new HashMap<>();

  /** One pair per kind and JVM: making RSA keys is slow. */
  static synchronized KeyPair pair(String algorithm, int bits) {
    return PAIRS.computeIfAbsent(algorithm + bits, name -> newPair(algorithm, bits));
  }

  static KeyPair newPair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (bits > 0) {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  ManagedKey addPair(String ref, KeyPair pair, Set<Usage> usages, X509Certificate... chain) {
    return addPair(ref, pair, usages, builder -> builder, chain);
  }

  ManagedKey addPair(
      String ref,
      KeyPair pair,
      Set<Usage> usages,
      UnaryOperator<KeyInfo.Builder> change,
      X509Certificate... chain) {
    byte[] spki = pair.getPublic().getEncoded();
    KeyType type = Spki.keyType(spki);
    KeyInfo.Builder info =
        KeyInfo.builder(type)
            .spki(spki)
            .signs(
                SignatureAlgorithm.known().stream()
                    .filter(each -> each.suits(type))
                    .filter(each -> !each.name().endsWith("_SHA1"))
                    .filter(each -> !each.name().endsWith("_NONE"))
                    .toList())
            .agrees(
                AgreementAlgorithm.known().stream()
                    .filter(each -> each.keyFamily().equals(type.family()))
                    .toList());
    if (type.family().equals("RSA")) {
      info.encrypts(
          List.of(
              EncryptionAlgorithm.RSA_OAEP_SHA256,
              EncryptionAlgorithm.RSA_OAEP_SHA384,
              EncryptionAlgorithm.RSA_OAEP_SHA512));
    }
    pairs.put(ref, pair);
    return put(
        new SoftwareKey(
            ref, pair.getPrivate(), change.apply(info).build(), usages, List.of(chain)));
  }

  ManagedKey addSecret(
      String ref, KeyType type, byte[] bytes, UnaryOperator<KeyInfo.Builder> change) {
    KeyInfo.Builder info = KeyInfo.builder(type).nonceSource(NonceSource.CALLER_OR_LIBRARY);
    HashAlgorithm hash = type.hmacHash();
    if (hash != null) {
      info.macs(MacAlgorithm.named("HMAC_" + hash.shortName()).stream().toList());
    } else {
      info.encrypts(List.of(EncryptionAlgorithm.AES_GCM))
          .wraps(List.of(WrapAlgorithm.AES_KW, WrapAlgorithm.AES_KWP));
    }
    String algorithm = hash == null ? "AES" : "Hmac" + hash.shortName();
    return put(
        new SoftwareKey(
            ref,
            new SecretKeySpec(bytes, algorithm),
            change.apply(info).build(),
            EnumSet.allOf(Usage.class),
            List.of()));
  }

  ManagedKey put(SoftwareKey key) {
    keys.put(key.ref().toString(), key);
    return key.managed();
  }

  SoftwareKey software(String ref) {
    return keys.get(ref);
  }

  KeyPair pairOf(String ref) {
    return pairs.get(ref);
  }

  @Override
  public Namespace namespace() {
    return Namespace.ROOT;
  }

  @Override
  public Subject subject() {
    return Subject.identity("test");
  }

  @Override
  public ManagedKey key(String ref) {
    io.managedkeys.KeyRef.parse(ref);
    SoftwareKey key = keys.get(ref);
    if (key == null) {
      throw new KeyNotFoundException("no key " + ref);
    }
    return key.managed();
  }

  @Override
  public ManagedKey key(UUID id) {
    return Stream.of(keys.values().toArray(new SoftwareKey[0]))
        .filter(key -> key.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new KeyNotFoundException("no key " + id))
        .managed();
  }

  @Override
  public List<ManagedKey> keys() {
    List<ManagedKey> all = new ArrayList<>();
    keys.values().forEach(key -> all.add(key.managed()));
    return all;
  }
}
