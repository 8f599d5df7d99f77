package io.managedkeys.testkit.contract;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.EncryptionAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.WrapAlgorithm;
import java.util.List;

/** What keys of a type could do, whether or not a backend claims it. */
final class Algorithms {

  /** The value of an entry's field {@code algorithms} that permits those permitted by name only, too. */
  static final String ALL =
      "default,RSA_PKCS1_NONE,ECDSA_NONE,RSA_PKCS1_SHA1,ECDSA_SHA1,RSA_OAEP_SHA1,"
          + "RSA_OAEP_SHA256_MGF1_SHA1,RSA_AES_KWP_SHA1,AES_CBC_PAD,AES_KW_PKCS5,HMAC_SHA1";

  private Algorithms() {}

  static List<SignatureAlgorithm> signatures(KeyType type) {
    return SignatureAlgorithm.known().stream().filter(known -> known.suits(type)).toList();
  }

  static List<EncryptionAlgorithm> encryptions(KeyType type) {
    return EncryptionAlgorithm.known().stream().filter(known -> known.suits(type)).toList();
  }

  static List<WrapAlgorithm> wraps(KeyType type) {
    return WrapAlgorithm.known().stream().filter(known -> known.suits(type)).toList();
  }

  static List<MacAlgorithm> macs(KeyType type) {
    HashAlgorithm hash = type.hmacHash();
    return MacAlgorithm.known().stream()
        .filter(known -> hash != null && hash.equals(known.hash()))
        .toList();
  }

  static List<AgreementAlgorithm> agreements(KeyType type) {
    return AgreementAlgorithm.known().stream()
        .filter(known -> known.keyFamily().equals(type.family()))
        .toList();
  }
}
