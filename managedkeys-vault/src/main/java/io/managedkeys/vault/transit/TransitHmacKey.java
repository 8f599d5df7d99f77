package io.managedkeys.vault.transit;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.IdentityChangedException;
import io.managedkeys.KeyInfo;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.VerifyMac;
import io.managedkeys.vault.client.JsonBody;

/** A key of type {@code hmac}, bound to one version and one hash. */
final class TransitHmacKey extends TransitKey implements Macing, VerifyMac {

  TransitHmacKey(TransitEngine engine, TransitEntry entry, KeyInfo info) {
    super(engine, entry, info);
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
    JsonBody body =
        new JsonBody()
            .base64("input", message)
            .text("algorithm", hashName(algorithm))
            .number("key_version", entry().version());
    Versioned code =
        engine()
            .session()
            .ask(
                engine().compute("hmac", entry().name(), body),
                "computing a MAC",
                context,
                answer -> Versioned.ofAnswer(answer.data().text("hmac")));
    if (code.version() != entry().version() || code.bytes().length != algorithm.length()) {
      throw new IdentityChangedException(
          "the service answered with a code of another version or length; it was not released");
    }
    return code.bytes();
  }

  @Override
  public boolean verifyMac(
      MacAlgorithm algorithm, byte[] message, byte[] mac, CallContext context) {
    if (mac.length != algorithm.length()) {
      return false;
    }
    JsonBody body =
        new JsonBody()
            .base64("input", message)
            .text("algorithm", hashName(algorithm))
            .text("hmac", new Versioned(entry().version(), mac).text());
    return engine()
        .session()
        .ask(
            engine().compute("verify", entry().name(), body),
            "checking a MAC",
            context,
            answer -> answer.data().flag("valid"));
  }

  private static String hashName(MacAlgorithm algorithm) {
    HashAlgorithm hash = algorithm.hash();
    if (hash == null) {
      throw new IllegalStateException("an HMAC has a hash");
    }
    return "sha2-" + hash.length() * 8;
  }

  @Override
  void probe(CallContext context) {
    mac(info().macAlgorithms().iterator().next(), new byte[] {1}, context);
  }
}
