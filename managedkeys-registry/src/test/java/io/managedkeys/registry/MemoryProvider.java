package io.managedkeys.registry;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.ConflictException;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.InvalidCiphertextException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyNotFoundException;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.NonceSource;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.codec.DigestInfo;
import io.managedkeys.codec.GcmMessage;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendConfig;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.BackendProvider;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigSchema;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Host;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import io.managedkeys.spi.RemoteKey;
import io.managedkeys.spi.Replacement;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A service in this process with real keys, for tests: its store outlives the backends opened on it. */
final class MemoryProvider implements BackendProvider {

  /** What the service holds for one name. */
  record Stored(KeyType type, @Nullable KeyPair pair, byte @Nullable [] secret) {}

  final Map<String, Stored> store = new ConcurrentHashMap<>();
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger looked = new AtomicInteger();
  final AtomicInteger primitives = new AtomicInteger();
  final AtomicInteger generated = new AtomicInteger();
  volatile Replacement replacement = Replacement.OPEN_THEN_SWAP;
  volatile long epoch;

  /** Called before every primitive; throws what the service should answer. */
  volatile Runnable fault = () -> {};

  /** Changes signatures on their way out. */
  volatile Function<byte[], byte[]> signatures = signature -> signature;

  @Override
  public String type() {
    return "memory";
  }

  @Override
  public ConfigSchema backendSchema() {
    return ConfigSchema.of(
        ConfigField.secret("pin", "The PIN."),
        ConfigField.text("endpoint", "Where.").decidingCredentialTarget());
  }

  @Override
  public ConfigSchema keySchema() {
    return ConfigSchema.of(ConfigField.text("label", "The name in the service.").mandatory());
  }

  @Override
  public Replacement replacement() {
    return replacement;
  }

  void make(String label, KeyType type) {
    try {
      store.put(label, stored(type));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stored stored(KeyType type) throws GeneralSecurityException {
    switch (type.family()) {
      case "EC" -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return new Stored(type, generator.generateKeyPair(), null);
      }
      case "RSA" -> {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(type.bits());
        return new Stored(type, generator.generateKeyPair(), null);
      }
      case "ED25519" -> {
        return new Stored(type, KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), null);
      }
      default -> {
        byte[] secret = new byte[type.bits() / 8];
        new SecureRandom().nextBytes(secret);
        return new Stored(type, null, secret);
      }
    }
  }

  @Override
  public KeyBackend open(BackendConfig config, Host host) {
    opened.incrementAndGet();
    Optional<SecretBytes> pin = config.values().findSecret("pin");
    if (pin.isPresent() && pin.get().use(bytes -> Arrays.equals(bytes, "wrong".getBytes()))) {
      throw new BackendAuthenticationException("the PIN is wrong").service("PIN_INCORRECT", null);
    }
    return new Backend();
  }

  private final class Backend implements KeyBackend, KeyLifecycle, RandomSource {

    @Override
    public BackendKey key(KeyConfig config, CallContext context) {
      looked.incrementAndGet();
      Stored stored = store.get(config.values().text("label"));
      if (stored == null) {
        throw new KeyNotFoundException("no such key");
      }
      return stored.secret() == null
          ? new PrivateKeyHere(stored)
          : stored.type().family().equals("HMAC") ? new MacKeyHere(stored) : new AesHere(stored);
    }

    @Override
    public Health check(@Nullable BackendKey probe, CallContext context) {
      try {
        fault.run();
        return new Health(true, Duration.ZERO, "works");
      } catch (RuntimeException e) {
        return new Health(false, Duration.ZERO, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }

    @Override
    public byte[] random(int length, CallContext context) {
      byte[] bytes = new byte[length];
      new SecureRandom().nextBytes(bytes);
      return bytes;
    }

    @Override
    public RemoteKey generate(KeyConfig entry, KeyType type, UUID tag, CallContext context) {
      String label = entry.values().text("label");
      if (store.containsKey(label)) {
        throw new ConflictException("it exists");
      }
      generated.incrementAndGet();
      make(label, type);
      fault.run();
      return new RemoteKey(Map.of("label", label), type, "enabled", tag);
    }

    @Override
    public Set<Act> acts() {
      return EnumSet.of(Act.GENERATE, Act.LIST);
    }

    @Override
    public RemoteKey importKey(
        KeyConfig entry, KeyType type, SecretBytes material, UUID tag, CallContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RemoteKey rotate(KeyConfig entry, UUID tag, CallContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void enable(KeyConfig entry, CallContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void disable(KeyConfig entry, CallContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant scheduleDestruction(
        KeyConfig entry, @Nullable Duration wait, CallContext context) {
      store.remove(entry.values().text("label"));
      return Instant.now();
    }

    @Override
    public void cancelDestruction(KeyConfig entry, CallContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<RemoteKey> list(CallContext context) {
      return store.entrySet().stream()
          .map(
              e -> new RemoteKey(Map.of("label", e.getKey()), e.getValue().type(), "enabled", null))
          .toList();
    }
  }

  private void primitive() {
    primitives.incrementAndGet();
    fault.run();
  }

  private class PrivateKeyHere implements BackendKey, Signing, Decrypting, Agreeing {

    private final KeyPair pair;
    private final KeyInfo info;

    PrivateKeyHere(Stored stored) {
      pair = Objects.requireNonNull(stored.pair());
      KeyInfo.Builder builder = KeyInfo.builder(stored.type()).spki(pair.getPublic().getEncoded());
      switch (stored.type().family()) {
        case "EC" ->
            builder
                .signs(List.of(SignatureAlgorithm.ECDSA_SHA256, SignatureAlgorithm.ECDSA_NONE))
                .agrees(List.of(AgreementAlgorithm.ECDH));
        case "RSA" ->
            builder
                .signs(
                    List.of(SignatureAlgorithm.RSA_PKCS1_SHA256, SignatureAlgorithm.RSA_PSS_SHA256))
                .encrypts(List.of(EncryptionAlgorithm.RSA_OAEP_SHA256));
        default -> builder.signs(List.of(SignatureAlgorithm.ED25519));
      }
      info = builder.build();
    }

    @Override
    public KeyInfo info() {
      return info;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
      return algorithm.hash() == null || algorithm.scheme().equals("RSA_PSS")
          ? EnumSet.of(MessageForm.RAW)
          : EnumSet.of(MessageForm.DIGEST);
    }

    @Override
    public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
      primitive();
      try {
        if (algorithm.scheme().equals("RSA_PKCS1")) {
          Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
          cipher.init(Cipher.ENCRYPT_MODE, pair.getPrivate());
          var hash = Objects.requireNonNull(algorithm.hash());
          return signatures.apply(cipher.doFinal(DigestInfo.encode(hash, message.bytes())));
        }
        Signature engine =
            Signature.getInstance(
                algorithm.scheme().equals("ECDSA") ? "NONEwithECDSA" : algorithm.jcaName());
        if (algorithm.jcaParameters() != null) {
          engine.setParameter(algorithm.jcaParameters());
        }
        engine.initSign(pair.getPrivate());
        engine.update(message.bytes());
        return signatures.apply(engine.sign());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CallContext context) {
      primitive();
      try {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
            Cipher.DECRYPT_MODE,
            pair.getPrivate(),
            new OAEPParameterSpec(
                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return cipher.doFinal(ciphertext);
      } catch (GeneralSecurityException e) {
        throw new InvalidCiphertextException("damaged");
      }
    }

    @Override
    public byte[] agree(AgreementAlgorithm algorithm, byte[] peerSpki, CallContext context) {
      primitive();
      try {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(Spki.publicKey(peerSpki), true);
        return agreement.generateSecret();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final class MacKeyHere implements BackendKey, Macing {

    private final byte[] secret;
    private final KeyInfo info;

    MacKeyHere(Stored stored) {
      secret = Objects.requireNonNull(stored.secret());
      info = KeyInfo.builder(stored.type()).macs(List.of(MacAlgorithm.HMAC_SHA256)).build();
    }

    @Override
    public KeyInfo info() {
      return info;
    }

    @Override
    public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
      primitive();
      try {
        Mac mac = Mac.getInstance(algorithm.jcaName());
        mac.init(new SecretKeySpec(secret, "HMAC"));
        return mac.doFinal(message);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final class AesHere implements BackendKey, SecretEncrypting {

    private final byte[] secret;
    private final KeyInfo info;

    AesHere(Stored stored) {
      secret = Objects.requireNonNull(stored.secret());
      info =
          KeyInfo.builder(stored.type())
              .encrypts(List.of(EncryptionAlgorithm.AES_GCM))
              .nonceSource(NonceSource.CALLER_OR_LIBRARY)
              .build();
    }

    @Override
    public KeyInfo info() {
      return info;
    }

    @Override
    public byte[] encrypt(
        EncryptionAlgorithm algorithm,
        byte[] plaintext,
        byte @Nullable [] aad,
        byte @Nullable [] nonce,
        CallContext context) {
      primitive();
      byte[] iv = Objects.requireNonNull(nonce);
      return new GcmMessage(iv, gcm(Cipher.ENCRYPT_MODE, iv, aad, plaintext)).encode();
    }

    @Override
    public byte[] decrypt(
        EncryptionAlgorithm algorithm,
        byte[] ciphertext,
        byte @Nullable [] aad,
        CallContext context) {
      primitive();
      GcmMessage parts = GcmMessage.decode(ciphertext, 12, 16);
      return gcm(Cipher.DECRYPT_MODE, parts.nonce(), aad, parts.sealed());
    }

    private byte[] gcm(int mode, byte[] iv, byte @Nullable [] aad, byte[] data) {
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(128, iv));
        if (aad != null) {
          cipher.updateAAD(aad);
        }
        return cipher.doFinal(data);
      } catch (GeneralSecurityException e) {
        throw new InvalidCiphertextException("damaged");
      }
    }
  }
}
