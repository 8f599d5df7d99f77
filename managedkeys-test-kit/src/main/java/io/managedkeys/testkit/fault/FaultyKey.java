package io.managedkeys.testkit.fault;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.KeyInfo;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.WrapBytes;
import io.managedkeys.testkit.fault.Faults.Call;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A key with faults in its primitives; capabilities that no fault is for are the real key's. */
record FaultyKey(BackendKey real, Faults faults) implements BackendKey {

  @Override
  public KeyInfo info() {
    return real.info();
  }

  @Override
  public long epoch() {
    return real.epoch();
  }

  @Override
  public boolean addressIsImmutable() {
    return real.addressIsImmutable();
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return real.capability(type).map(own -> type.cast(faulty(type, own)));
  }

  private Object faulty(Class<?> type, Object own) {
    if (type == Signing.class) {
      return new FaultySigning((Signing) own, this);
    }
    if (type == SecretEncrypting.class) {
      return new FaultyEncrypting((SecretEncrypting) own, this);
    }
    if (type == Decrypting.class) {
      Decrypting decrypting = (Decrypting) own;
      return (Decrypting)
          (algorithm, ciphertext, context) ->
              through(Call.DECRYPT, () -> decrypting.decrypt(algorithm, ciphertext, context));
    }
    if (type == WrapBytes.class) {
      return new FaultyWrapping((WrapBytes) own, this);
    }
    if (type == Macing.class) {
      Macing macing = (Macing) own;
      return (Macing)
          (algorithm, message, context) ->
              through(Call.MAC, () -> macing.mac(algorithm, message, context));
    }
    if (type == Agreeing.class) {
      return (Agreeing)
          (algorithm, peer, context) -> agree((Agreeing) own, algorithm, peer, context);
    }
    return own;
  }

  private byte[] agree(
      Agreeing agreeing, AgreementAlgorithm algorithm, byte[] peer, CallContext context) {
    return through(Call.AGREE, () -> agreeing.agree(algorithm, peer, context));
  }

  private byte[] through(Call call, Supplier<byte[]> work) {
    long number = faults.enter(call);
    return faults.leave(call, number, work.get());
  }

  private record FaultySigning(Signing real, FaultyKey key) implements Signing {

    @Override
    public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
      return real.accepts(algorithm);
    }

    @Override
    public boolean plainEcdsa() {
      return real.plainEcdsa();
    }

    @Override
    public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
      return key.through(Call.SIGN, () -> real.sign(algorithm, message, context));
    }
  }

  private record FaultyEncrypting(SecretEncrypting real, FaultyKey key)
      implements SecretEncrypting {

    @Override
    public byte[] encrypt(
        EncryptionAlgorithm algorithm,
        byte[] plaintext,
        byte @Nullable [] aad,
        byte @Nullable [] nonce,
        CallContext context) {
      return key.through(
          Call.ENCRYPT, () -> real.encrypt(algorithm, plaintext, aad, nonce, context));
    }

    @Override
    public byte[] decrypt(
        EncryptionAlgorithm algorithm,
        byte[] ciphertext,
        byte @Nullable [] aad,
        CallContext context) {
      return key.through(Call.DECRYPT, () -> real.decrypt(algorithm, ciphertext, aad, context));
    }
  }

  private record FaultyWrapping(WrapBytes real, FaultyKey key) implements WrapBytes {

    @Override
    public byte[] wrapBytes(WrapAlgorithm algorithm, byte[] material, CallContext context) {
      return key.through(Call.WRAP, () -> real.wrapBytes(algorithm, material, context));
    }

    @Override
    public byte[] unwrapBytes(WrapAlgorithm algorithm, byte[] wrapped, CallContext context) {
      return key.through(Call.UNWRAP, () -> real.unwrapBytes(algorithm, wrapped, context));
    }
  }
}
