package io.managedkeys.awskms;

import io.managedkeys.testkit.contract.Limits;

/** What AWS KMS itself does not have, by its developer guide's "Key spec reference". */
final class ServiceLimits {
  private static final String SPEC = "AWS KMS Developer Guide, Key spec reference: ";

  private static final String ONE_HASH = SPEC + "one hash per curve";

  static final Limits LIMITS =
      Limits.none()
          .lacks("encrypt AES_GCM", SPEC + "SYMMETRIC_DEFAULT has a format of its own")
          .lacks("encrypt AES_CBC_PAD", SPEC + "SYMMETRIC_DEFAULT has a format of its own")
          .lacks("wrap AES_KW*", SPEC + "SYMMETRIC_DEFAULT has a format of its own")
          .lacks("sign RSA_PKCS1_SHA1", SPEC + "no SHA-1 for signatures")
          .lacks("sign RSA_PKCS1_NONE", "API reference, Sign: a digest comes with its hash")
          .lacks("sign EC-P256 ECDSA_SHA384", ONE_HASH)
          .lacks("sign EC-P256 ECDSA_SHA512", ONE_HASH)
          .lacks("sign EC-P384 ECDSA_SHA256", ONE_HASH)
          .lacks("sign EC-P384 ECDSA_SHA512", ONE_HASH)
          .lacks("sign EC-P521 ECDSA_SHA256", ONE_HASH)
          .lacks("sign EC-P521 ECDSA_SHA384", ONE_HASH)
          .lacks("sign EC-SECP256K1 ECDSA_SHA384", ONE_HASH)
          .lacks("sign EC-SECP256K1 ECDSA_SHA512", ONE_HASH)
          .lacks("sign ECDSA_SHA1", ONE_HASH)
          .lacks("sign ECDSA_NONE", "API reference, Sign: a digest comes with its hash")
          .lacks("agree EC-SECP256K1", SPEC + "secp256k1 is for signing only")
          .lacks("encrypt RSA_OAEP_SHA384", SPEC + "RSAES_OAEP_SHA_1 and _256 only")
          .lacks("encrypt RSA_OAEP_SHA512", SPEC + "RSAES_OAEP_SHA_1 and _256 only")
          .lacks("encrypt RSA_OAEP_SHA256_MGF1_SHA1", SPEC + "MGF1 has the same hash")
          .lacks("wrap RSA_OAEP_SHA384", SPEC + "RSAES_OAEP_SHA_1 and _256 only")
          .lacks("wrap RSA_OAEP_SHA512", SPEC + "RSAES_OAEP_SHA_1 and _256 only");

  private ServiceLimits() {}
}
