package io.managedkeys.local;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.codec.Spki;
import io.managedkeys.spi.Agreeing;
import io.managedkeys.spi.CallContext;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import javax.crypto.KeyAgreement;

/** ECDH (SP 800-56A, section 5.7.1.2) and X25519 (RFC 7748) with the JDK. */
final class PrivateAgreement implements Agreeing {

  private final LocalKey key;

  PrivateAgreement(LocalKey key) {
    this.key = key;
  }

  @Override
  public byte[] agree(AgreementAlgorithm algorithm, byte[] peerSpki, CallContext context) {
    KeyType peerType = Spki.keyType(peerSpki);
    if (!peerType.equals(key.info().type())) {
      throw new InvalidInputException(
          "the peer's key is " + peerType + ", this key is " + key.info().type());
    }
    PrivateKey privateKey = key.material(context).privateKey();
    try {
      KeyAgreement agreement = Jdk.agreement(algorithm.jcaName());
      agreement.init(privateKey);
      agreement.doPhase(Spki.publicKey(peerSpki), true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      throw new InvalidInputException("the peer's key is not a valid " + peerType + " key", e);
    } catch (GeneralSecurityException e) {
      throw new ManagedKeyException("the JDK could not agree: " + e.getMessage(), e);
    }
  }
}
