package io.managedkeys.testkit.gcpkms;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** RFC 7468 text as the service writes it: 64 characters a line and a final newline. */
final class Pem {
  private Pem() {}

  static String publicKey(byte[] spki) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(spki);
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }
}
