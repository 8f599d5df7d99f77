package io.managedkeys.registry;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.Algorithm;
import io.managedkeys.DataKey;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.Message;
import io.managedkeys.Namespace;
import io.managedkeys.SecretBytes;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.Subject;
import io.managedkeys.Usage;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.KeyDispatcher;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One key as one subject may use it: turns every operation into a call of the chain. */
final class KeyHandle implements KeyDispatcher {

  private final Registry registry;
  private final AccessView view;
  private final KeySlot slot;

  KeyHandle(Registry registry, AccessView view, KeySlot slot) {
    this.registry = registry;
    this.view = view;
    this.slot = slot;
  }

  KeySlot slot() {
    return slot;
  }

  @Override
  public UUID id() {
    return slot.require().id();
  }

  @Override
  public KeyRef ref() {
    return slot.require().ref();
  }

  @Override
  public Namespace namespace() {
    return view.namespace();
  }

  @Override
  public Subject subject() {
    return view.subject();
  }

  @Override
  public Set<Usage> usages() {
    KeyRecord record = slot.require();
    EnumSet<Usage> both = EnumSet.noneOf(Usage.class);
    both.addAll(record.policy().usages());
    both.retainAll(view.granted(slot, record));
    return both;
  }

  private <T> T run(
      Operation operation,
      @Nullable Algorithm algorithm,
      long size,
      @Nullable Duration deadline,
      Pipeline.Body<T> body) {
    KeyRecord record = slot.require();
    BackendRuntime backend = registry.backendOf(record);
    Call call =
        new Call(
            operation,
            record.namespace(),
            view.subject(),
            record.ref(),
            record.id(),
            backend.record().type(),
            algorithm == null ? null : algorithm.name(),
            size);
    return registry.pipeline().run(call, slot, backend, view, deadline, body);
  }

  @Override
  public KeyInfo info(@Nullable Duration deadline) {
    return run(Operation.INFO, null, 0, deadline, (key, run) -> key.info());
  }

  @Override
  public List<X509Certificate> certificateChain(@Nullable Duration deadline) {
    return run(
        Operation.CERTIFICATES,
        null,
        0,
        deadline,
        (key, run) -> registry.chains().of(slot.require(), key, run));
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, @Nullable Duration deadline) {
    return run(
        Operation.SIGN,
        algorithm,
        message.bytes().length,
        deadline,
        (key, run) -> Signatures.sign(key, run, algorithm, message));
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm,
      Message message,
      byte[] signature,
      @Nullable Duration deadline) {
    return run(
        Operation.VERIFY,
        algorithm,
        message.bytes().length,
        deadline,
        (key, run) -> Signatures.verify(key, run, algorithm, message, signature));
  }

  @Override
  public byte[] encrypt(
      EncryptionAlgorithm algorithm,
      byte[] plaintext,
      byte @Nullable [] aad,
      byte @Nullable [] nonce,
      @Nullable Duration deadline) {
    return run(
        Operation.ENCRYPT,
        algorithm,
        plaintext.length,
        deadline,
        (key, run) -> Encryption.encrypt(key, run, algorithm, plaintext, aad, nonce));
  }

  @Override
  public byte[] decrypt(
      EncryptionAlgorithm algorithm,
      byte[] ciphertext,
      byte @Nullable [] aad,
      @Nullable Duration deadline) {
    return run(
        Operation.DECRYPT,
        algorithm,
        ciphertext.length,
        deadline,
        (key, run) -> Encryption.decrypt(key, run, algorithm, ciphertext, aad));
  }

  @Override
  public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, @Nullable Duration deadline) {
    return run(
        Operation.WRAP_BYTES,
        algorithm,
        material.length,
        deadline,
        (key, run) -> Wrapping.wrapBytes(key, run, algorithm, material));
  }

  @Override
  public SecretBytes unwrapBytes(
      WrapAlgorithm algorithm, byte[] wrapped, @Nullable Duration deadline) {
    return run(
        Operation.UNWRAP_BYTES,
        algorithm,
        wrapped.length,
        deadline,
        (key, run) -> SecretBytes.taking(Wrapping.unwrapBytes(key, run, algorithm, wrapped)));
  }

  @Override
  public byte[] wrapKey(
      WrapAlgorithm algorithm, KeyDispatcher target, @Nullable Duration deadline) {
    return run(
        Operation.WRAP_KEY,
        algorithm,
        0,
        deadline,
        (key, run) -> registry.keyWrapping().wrap(key, run, algorithm, target));
  }

  @Override
  public KeyDispatcher unwrapKey(
      WrapAlgorithm algorithm,
      byte[] wrapped,
      KeyRef target,
      KeyType type,
      @Nullable Duration deadline) {
    KeySlot into =
        run(
            Operation.UNWRAP_KEY,
            algorithm,
            wrapped.length,
            deadline,
            (key, run) ->
                registry
                    .keyWrapping()
                    .unwrap(key, run, algorithm, wrapped, view.slotOf(target), type));
    return new KeyHandle(registry, view, into);
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, @Nullable Duration deadline) {
    return run(
        Operation.MAC,
        algorithm,
        message.length,
        deadline,
        (key, run) -> Macs.mac(key, run, algorithm, message));
  }

  @Override
  public boolean verifyMac(
      MacAlgorithm algorithm, byte[] message, byte[] mac, @Nullable Duration deadline) {
    return run(
        Operation.VERIFY_MAC,
        algorithm,
        message.length,
        deadline,
        (key, run) -> Macs.verify(key, run, algorithm, message, mac));
  }

  @Override
  public SecretBytes agree(
      AgreementAlgorithm algorithm, byte[] peerSpki, @Nullable Duration deadline) {
    return run(
        Operation.AGREE,
        algorithm,
        peerSpki.length,
        deadline,
        (key, run) -> SecretBytes.taking(Agreement.agree(key, run, algorithm, peerSpki)));
  }

  @Override
  public DataKey generateDataKey(int length, byte @Nullable [] aad, @Nullable Duration deadline) {
    return run(
        Operation.GENERATE_DATA_KEY,
        null,
        length,
        deadline,
        (key, run) -> Encryption.dataKey(key, run, length, aad));
  }

  @Override
  public byte[] random(int length, @Nullable Duration deadline) {
    return run(Operation.RANDOM, null, length, deadline, (key, run) -> RandomBytes.of(run, length));
  }
}
