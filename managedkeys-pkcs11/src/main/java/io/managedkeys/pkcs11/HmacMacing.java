package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.Macing;
import java.util.Map;

/** HMAC (RFC 2104) in full length. */
final class HmacMacing implements Macing {

  private static final Map<HashAlgorithm, Long> MECHANISMS =
      Map.of(
          HashAlgorithm.SHA1, Ckm.SHA_1_HMAC,
          HashAlgorithm.SHA224, Ckm.SHA224_HMAC,
          HashAlgorithm.SHA256, Ckm.SHA256_HMAC,
          HashAlgorithm.SHA384, Ckm.SHA384_HMAC,
          HashAlgorithm.SHA512, Ckm.SHA512_HMAC);

  private static final byte[] KNOWN = new byte[16];

  private final KeyRunner runner;

  HmacMacing(KeyRunner runner) {
    this.runner = runner;
  }

  static long mechanism(HashAlgorithm hash) {
    Long mechanism = MECHANISMS.get(hash);
    if (mechanism == null) {
      throw new UnsupportedKeyOperationException("PKCS#11 keys do no HMAC with " + hash);
    }
    return mechanism;
  }

  @Override
  public byte[] mac(MacAlgorithm algorithm, byte[] message, CallContext context) {
    HashAlgorithm hash = algorithm.hash();
    if (hash == null) {
      throw new UnsupportedKeyOperationException("a key in a token does HMAC, not " + algorithm);
    }
    byte[] code = runner.run(context, work(hash, message), work(hash, KNOWN), Meaning.OF_INPUT);
    if (code.length != hash.length()) {
      throw new ManagedKeyException(
          "the token answered with a code of " + code.length + " bytes; it was not released", null);
    }
    return code;
  }

  private KeyRunner.Work<byte[]> work(HashAlgorithm hash, byte[] message) {
    Mechanism mechanism = Mechanism.of(mechanism(hash));
    return (cryptoki, session, key) ->
        cryptoki.sign(
            session.handle(), mechanism, key, message, hash.length(), runner.between(session));
  }
}
