package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import io.managedkeys.BackendAuthenticationException;
import io.managedkeys.KeyInfo;
import io.managedkeys.KeyStateException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.spi.BackendKey;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Decrypting;
import io.managedkeys.spi.Health;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.SecretEncrypting;
import io.managedkeys.spi.Signing;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the service works, by an operation of the kind the key is for. Without a key it
 * asks for one entry of the ring's list; an account that may not list has still been answered.
 */
final class Probe {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyRingName ring;
  private final ServiceClient client;

  Probe(KeyRingName ring, ServiceClient client) {
    this.ring = ring;
    this.client = client;
  }

  Health check(@Nullable BackendKey key, CallContext context) {
    long start = System.nanoTime();
    try {
      String done = key == null ? list(context) : use(key, context);
      return new Health(true, since(start), done);
    } catch (KeyStateException e) {
      // The service decided, so it works; the key is not fit to be a probe.
      return new Health(true, since(start), "the service answers; " + e.getMessage());
    } catch (ManagedKeyException e) {
      return new Health(false, since(start), String.valueOf(e.getMessage()));
    }
  }

  private String list(CallContext context) {
    try {
      client.call(
          KeyManagementServiceClient::listCryptoKeysCallable,
          ListCryptoKeysRequest.newBuilder().setParent(ring.name()).setPageSize(1).build(),
          Failures.of("listing " + ring.name(), "cloudkms.cryptoKeys.list"),
          context);
      return "listed " + ring.name();
    } catch (BackendAuthenticationException e) {
      if (String.valueOf(e.serviceCode()).startsWith("PERMISSION_DENIED")) {
        return "the service knows the account; it may not list " + ring.name();
      }
      throw e;
    }
  }

  private static String use(BackendKey key, CallContext context) {
    KeyInfo info = key.info();
    String name = info.resolvedId().orElse("the key");
    if (key instanceof Signing signing) {
      SignatureAlgorithm algorithm = info.signatureAlgorithms().iterator().next();
      signing.sign(algorithm, message(signing, algorithm), context);
      return "signed with " + name;
    }
    if (key instanceof SecretEncrypting encrypting) {
      encrypting.encrypt(
          info.encryptionAlgorithms().iterator().next(), random(32), null, null, context);
      return "encrypted with " + name;
    }
    if (key instanceof Macing macing) {
      macing.mac(info.macAlgorithms().iterator().next(), random(32), context);
      return "computed a MAC with " + name;
    }
    if (key instanceof Decrypting decrypting) {
      // A random block is no OAEP ciphertext: the private key has worked when that is found out.
      try {
        byte[] block = random(info.type().bits() / 8);
        block[0] = 0;
        decrypting.decrypt(info.encryptionAlgorithms().iterator().next(), block, context);
      } catch (io.managedkeys.InvalidCiphertextException e) {
        return "the private key of " + name + " refused a random ciphertext, as it should";
      }
    }
    return "used " + name;
  }

  private static Message message(Signing signing, SignatureAlgorithm algorithm) {
    var hash = algorithm.hash();
    if (hash != null) {
      return Message.digest(hash, random(hash.length()));
    }
    return signing.accepts(algorithm).contains(MessageForm.EXTERNAL_MU)
        ? Message.externalMu(random(64))
        : Message.of(random(32));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
