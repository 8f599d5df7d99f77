package io.managedkeys.awskms;

import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyInfo;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.KeyBackend;
import io.managedkeys.spi.KeyConfig;
import io.managedkeys.spi.KeyLifecycle;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.RandomSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GenerateRandomResponse;

/** One region of AWS KMS behind one client, which is shared by all its keys. */
final class AwsKmsBackend implements KeyBackend, RandomSource {
  private static final int MOST_RANDOM = 1024;

  private final KmsCalls calls;
  private final KeyBinder binder;
  private final AwsKmsLifecycle lifecycle;
  private final Runnable close;
  private final AtomicBoolean closed = new AtomicBoolean();

  AwsKmsBackend(KmsCalls calls, String region, Runnable close) {
    this.calls = calls;
    this.binder = new KeyBinder(calls, region);
    this.lifecycle = new AwsKmsLifecycle(calls, binder, region);
    this.close = close;
  }

  @Override
  public BackendKey key(KeyConfig config, CallContext context) {
    return binder.bind(config, context);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == KeyLifecycle.class
        ? Optional.of(type.cast(lifecycle))
        : KeyBackend.super.capability(type);
  }

  /**
   * With a probe, an operation of its own; without one, a random byte. That the service refuses only
   * the permission proves as well that it is there and accepts the credentials.
   */
  @Override
  public Health check(@Nullable BackendKey probe, CallContext context) {
    long start = System.nanoTime();
    String detail;
    boolean up = true;
    try {
      detail = probe == null ? random(1, context).length + " random byte" : probe(probe, context);
    } catch (UsageDeniedException e) {
      detail = "reached and authenticated, but not allowed: " + e.getMessage();
      up = probe == null;
    } catch (ManagedKeyException e) {
      detail = String.valueOf(e.getMessage());
      up = false;
    }
    return new Health(up, Duration.ofNanos(System.nanoTime() - start), detail);
  }

  private static String probe(BackendKey probe, CallContext context) {
    KeyInfo info = probe.info();
    byte[] input = new byte[32];
    if (probe instanceof SigningKey key) {
      SignatureAlgorithm algorithm = info.signatureAlgorithms().iterator().next();
      var hash = algorithm.hash();
      Message message =
          hash != null && key.accepts(algorithm).contains(MessageForm.DIGEST)
              ? Message.digest(hash, new byte[hash.length()])
              : Message.of(input);
      key.sign(algorithm, message, context);
      return "Sign";
    }
    if (probe instanceof MacKey key) {
      key.mac(info.macAlgorithms().iterator().next(), input, context);
      return "GenerateMac";
    }
    if (probe instanceof SymmetricKey key) {
      key.encrypt(info.encryptionAlgorithms().iterator().next(), input, null, null, context);
      return "Encrypt";
    }
    if (probe instanceof AgreementKey key) {
      // A key's own public key is a peer like any other.
      key.agree(info.agreementAlgorithms().iterator().next(), info.spki().orElseThrow(), context);
      return "DeriveSharedSecret";
    }
    if (probe instanceof RsaDecryptionKey key) {
      return key.answers(context);
    }
    throw new InvalidInputException("the probe is not a key of this backend");
  }

  @Override
  public byte[] random(int length, CallContext context) {
    if (length < 0) {
      throw new InvalidInputException("a negative number of random bytes: " + length);
    }
    byte[] random = new byte[length];
    for (int at = 0; at < length; at += MOST_RANDOM) {
      int part = Math.min(MOST_RANDOM, length - at);
      GenerateRandomResponse answer =
          calls.send(
              "GenerateRandom",
              context,
              (kms, timeout) ->
                  kms.generateRandom(
                      GenerateRandomRequest.builder()
                          .numberOfBytes(part)
                          .overrideConfiguration(timeout)
                          .build()));
      if (answer.plaintext() == null || answer.plaintext().asByteArrayUnsafe().length != part) {
        throw KmsCalls.malformed("GenerateRandom", "not the number of bytes asked for", answer);
      }
      System.arraycopy(answer.plaintext().asByteArrayUnsafe(), 0, random, at, part);
    }
    return random;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      close.run();
    }
  }
}
