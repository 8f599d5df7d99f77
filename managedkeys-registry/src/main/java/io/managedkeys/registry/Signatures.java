package io.managedkeys.registry;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.InvalidInputException;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.codec.EcdsaSignature;
import io.managedkeys.registry.publickey.LocalVerification;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import io.managedkeys.spi.Verifying;
import java.util.Set;

/** Signing and verifying: hashing, encodings and the proof that it was the right key. */
final class Signatures {

  private Signatures() {}

  static byte[] sign(
      BoundKey key, Pipeline.Run run, SignatureAlgorithm algorithm, Message message) {
    Checks.requireAlgorithm(
        algorithm, key.info().signatureAlgorithms(), key.backendInfo().signatureAlgorithms(), key);
    Signing signing = key.require(key.signing, "sign");
    Message prepared = prepare(key, algorithm, message, signing.accepts(algorithm));
    long before = key.key().epoch();
    byte[] made = run.remote(context -> signing.sign(algorithm, prepared, context));
    byte[] signature = checkForm(key, algorithm, signing.plainEcdsa(), made);
    prove(key, run, algorithm, prepared, signature, before);
    return signature;
  }

  /** Brings the message into a form that the backend takes, or says why that can't be. */
  private static Message prepare(
      BoundKey key, SignatureAlgorithm algorithm, Message message, Set<MessageForm> forms) {
    HashAlgorithm hash = algorithm.hash();
    if (message instanceof Message.Digest digest) {
      if (hash == null) {
        throw new InvalidInputException(
            algorithm + " takes the message, not a digest of it; pass Message.of(...)");
      }
      if (!digest.hash().equals(hash)) {
        throw new InvalidInputException(
            algorithm + " needs a " + hash + " digest, not one of " + digest.hash());
      }
      if (!forms.contains(MessageForm.DIGEST)) {
        throw new UnsupportedKeyOperationException(
            "for "
                + algorithm
                + " this backend takes the whole message only; pass Message.of(...)");
      }
      return message;
    }
    if (message instanceof Message.ExternalMu) {
      if (!forms.contains(MessageForm.EXTERNAL_MU)) {
        throw new UnsupportedKeyOperationException(
            "for " + algorithm + " this backend takes no external mu; pass Message.of(...)");
      }
      return message;
    }
    byte[] bytes = message.bytes();
    if (algorithm.equals(SignatureAlgorithm.RSA_PKCS1_NONE)) {
      Checks.requireAtMost(
          bytes.length, key.info().type().bits() / 8 - 11, "a DigestInfo", "hash the message");
    } else if (algorithm.equals(SignatureAlgorithm.ECDSA_NONE)) {
      Checks.requireAtMost(bytes.length, 64, "a digest", "hash the message");
    }
    if (hash != null && forms.contains(MessageForm.DIGEST)) {
      return Message.digest(hash, hash.digest(bytes));
    }
    if (!forms.contains(MessageForm.RAW)) {
      throw new UnsupportedKeyOperationException(
          "for " + algorithm + " this backend takes only " + forms);
    }
    Checks.requireAtMost(
        bytes.length,
        key.info().limits().message(),
        "a message for " + algorithm,
        "sign its digest by a protocol of yours, or use a key whose algorithm begins with a hash");
    return message;
  }

  private static byte[] checkForm(
      BoundKey key, SignatureAlgorithm algorithm, boolean plain, byte[] made) {
    Curve curve = key.info().type().curve();
    try {
      if (algorithm.scheme().equals(SignatureAlgorithm.ECDSA)) {
        byte[] der = plain ? EcdsaSignature.toDer(made) : made;
        if (curve != null) {
          EcdsaSignature.toPlain(der, curve.coordinateLength());
        }
        return der;
      }
    } catch (InvalidInputException e) {
      throw new ManagedKeyException("the backend answered with a malformed signature", e);
    }
    if (key.info().type().family().equals("RSA")
        && made.length != (key.info().type().bits() + 7) / 8) {
      throw new ManagedKeyException(
          "the backend answered with a signature of " + made.length + " bytes", null);
    }
    return made;
  }

  /** Verifies a new signature before it is released, as often as the backend's setting says. */
  private static void prove(
      BoundKey key,
      Pipeline.Run run,
      SignatureAlgorithm algorithm,
      Message message,
      byte[] signature,
      long epochBefore) {
    BackendRecord.Verification mode = run.backend().record().settings().signatures();
    if (mode == BackendRecord.Verification.OFF) {
      return;
    }
    long epochAfter = key.key().epoch();
    boolean fresh = !key.isVerified(epochBefore) || epochBefore != epochAfter;
    if (mode == BackendRecord.Verification.EPOCH && !fresh) {
      return;
    }
    if (!isRight(key, run, algorithm, message, signature)) {
      throw new IdentityChangedException(
          "the backend answered with a signature that the key's public half does not verify; it was"
              + " not released");
    }
    if (epochBefore == epochAfter) {
      key.verified(epochAfter);
    }
  }

  private static boolean isRight(
      BoundKey key,
      Pipeline.Run run,
      SignatureAlgorithm algorithm,
      Message message,
      byte[] signature) {
    LocalVerification local = key.verification();
    if (local != null && local.can(algorithm, message)) {
      return local.verify(algorithm, message, signature);
    }
    Verifying remote = key.verifying;
    if (remote != null) {
      return run.remote(
          context ->
              remote.verify(algorithm, message, form(key, algorithm, remote, signature), context));
    }
    throw new UnsupportedKeyOperationException(
        "no installed JCA provider verifies "
            + algorithm
            + ", which verify-signatures asks for; install one, for example BouncyCastle, or set"
            + " verify-signatures = off");
  }

  static boolean verify(
      BoundKey key,
      Pipeline.Run run,
      SignatureAlgorithm algorithm,
      Message message,
      byte[] signature) {
    if (!Permissions.permits(key.permitted(), algorithm) || !algorithm.suits(key.info().type())) {
      Checks.requireAlgorithm(
          algorithm,
          key.info().signatureAlgorithms(),
          key.backendInfo().signatureAlgorithms(),
          key);
    }
    HashAlgorithm hash = algorithm.hash();
    if (message instanceof Message.Digest digest && !digest.hash().equals(hash)) {
      throw new InvalidInputException(
          hash == null
              ? algorithm + " takes the message, not a digest of it; pass Message.of(...)"
              : algorithm + " needs a " + hash + " digest, not one of " + digest.hash());
    }
    LocalVerification local = key.verification();
    if (local != null && local.can(algorithm, message)) {
      return local.verify(algorithm, message, signature);
    }
    Verifying remote =
        key.require(
            key.verifying,
            "verify by " + algorithm + " (nor does an installed JCA provider; install one)");
    Message prepared = prepare(key, algorithm, message, remote.accepts(algorithm));
    byte[] form;
    try {
      form = form(key, algorithm, remote, signature);
    } catch (InvalidInputException malformed) {
      return false;
    }
    return run.remote(context -> remote.verify(algorithm, prepared, form, context));
  }

  private static byte[] form(
      BoundKey key, SignatureAlgorithm algorithm, Verifying remote, byte[] der) {
    Curve curve = key.info().type().curve();
    boolean ecdsa = algorithm.scheme().equals(SignatureAlgorithm.ECDSA);
    return ecdsa && curve != null && remote.plainEcdsa()
        ? EcdsaSignature.toPlain(der, curve.coordinateLength())
        : der;
  }
}
