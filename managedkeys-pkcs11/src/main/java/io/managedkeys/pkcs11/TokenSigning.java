package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Message;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.codec.Curve;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.MessageForm;
import io.managedkeys.spi.Signing;
import java.util.Map;
import java.util.Set;

/** Signs: one {@code C_SignInit} and one {@code C_Sign}. */
final class TokenSigning implements Signing {

  private final KeyRunner runner;
  private final KeyType type;
  private final Map<SignatureAlgorithm, SignaturePlan> plans;

  TokenSigning(KeyRunner runner, KeyType type, Map<SignatureAlgorithm, SignaturePlan> plans) {
    this.runner = runner;
    this.type = type;
    this.plans = plans;
  }

  private SignaturePlan plan(SignatureAlgorithm algorithm) {
    SignaturePlan plan = plans.get(algorithm);
    if (plan == null) {
      throw new UnsupportedKeyOperationException(
          "the token has no mechanism for "
              + algorithm
              + " with a "
              + type
              + " key; it has those for "
              + plans.keySet());
    }
    return plan;
  }

  @Override
  public Set<MessageForm> accepts(SignatureAlgorithm algorithm) {
    return Set.of(plan(algorithm).form());
  }

  @Override
  public boolean plainEcdsa() {
    return true;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, Message message, CallContext context) {
    SignaturePlan plan = plan(algorithm);
    byte[] input = plan.input(algorithm, type, message);
    byte[] signature =
        runner.run(context, signing(plan, input), probe(algorithm, plan), Meaning.OF_INPUT);
    Curve curve = type.curve();
    if (curve != null && signature.length != 2 * curve.coordinateLength()) {
      throw new ManagedKeyException(
          "the token answered with an ECDSA signature of "
              + signature.length
              + " bytes where PKCS#11 demands "
              + 2 * curve.coordinateLength()
              + "; it was not released",
          null);
    }
    return signature;
  }

  private KeyRunner.Work<byte[]> signing(SignaturePlan plan, byte[] input) {
    return (cryptoki, session, key) ->
        cryptoki.sign(
            session.handle(),
            plan.mechanism(),
            key,
            input,
            SignaturePlan.length(type),
            runner.between(session));
  }

  /** A signature of the same kind over a message that is certainly well-formed. */
  private KeyRunner.Work<byte[]> probe(SignatureAlgorithm algorithm, SignaturePlan plan) {
    HashAlgorithm hash = algorithm.hash();
    byte[] known = new byte[hash == null ? 20 : hash.length()];
    Message message =
        plan.form() == MessageForm.DIGEST && hash != null
            ? Message.digest(hash, known)
            : Message.of(known);
    return signing(plan, plan.input(algorithm, type, message));
  }
}
