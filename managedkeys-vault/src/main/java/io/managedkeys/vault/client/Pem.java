package io.managedkeys.vault.client;

import io.managedkeys.InvalidConfigurationException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Reads the PEM files of the TLS fields (RFC 7468). */
final class Pem {

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private Pem() {}

  static List<X509Certificate> certificates(String field, byte[] pem) {
    try {
      List<X509Certificate> out = new ArrayList<>();
      for (var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        out.add((X509Certificate) certificate);
      }
      if (out.isEmpty()) {
        throw new InvalidConfigurationException(
            "the file of the field '" + field + "' holds no certificate");
      }
      return out;
    } catch (CertificateException e) {
      throw new InvalidConfigurationException(
          "the file of the field '" + field + "' does not hold certificates in PEM form", e);
    }
  }

  /** An unencrypted PKCS#8 key, without the text becoming a String. */
  static PrivateKey privateKey(String field, byte[] pem) {
    int begin = indexOf(pem, BEGIN.getBytes(StandardCharsets.US_ASCII));
    int end = indexOf(pem, END.getBytes(StandardCharsets.US_ASCII));
    if (begin < 0 || end < begin) {
      throw new InvalidConfigurationException(
          "the file of the field '"
              + field
              + "' holds no unencrypted PKCS#8 key; convert it with: openssl pkcs8 -topk8 -nocrypt"
              + " -in key.pem -out key-pkcs8.pem");
    }
    byte[] base64 = Arrays.copyOfRange(pem, begin + BEGIN.length(), end);
    byte[] der = {};
    try {
      der = Base64.getMimeDecoder().decode(base64);
      return parse(field, der);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException(
          "the key in the file of the field '" + field + "' is not base64");
    } finally {
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  private static PrivateKey parse(String field, byte[] der) {
    for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // Of another algorithm: the next one is tried.
      }
    }
    throw new InvalidConfigurationException(
        "the key in the file of the field '" + field + "' is not an EC, RSA or EdDSA key");
  }

  private static int indexOf(byte[] in, byte[] what) {
    for (int i = 0; i + what.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
