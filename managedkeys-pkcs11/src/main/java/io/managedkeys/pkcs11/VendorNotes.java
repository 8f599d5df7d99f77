package io.managedkeys.pkcs11;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of makers' tokens beyond what their mechanism lists say, kept as data in {@code
 * vendor-notes.properties}. A note only ever takes away: it keeps this library from claiming what a
 * token is known to refuse.
 */
record VendorNotes(List<String> names, List<String> oaepHashes) {

  static VendorNotes of(TokenInfo token) {
    Properties properties = new Properties();
    try (InputStream in = VendorNotes.class.getResourceAsStream("vendor-notes.properties")) {
      if (in == null) {
        throw new IllegalStateException("vendor-notes.properties is missing from the jar");
      }
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> names = new java.util.ArrayList<>();
    List<String> hashes = List.of();
    Map<String, String> sorted = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> sorted.put(k, properties.getProperty(k)));
    for (Map.Entry<String, String> entry : sorted.entrySet()) {
      if (!entry.getKey().endsWith(".manufacturer")) {
        continue;
      }
      String name = entry.getKey().substring(0, entry.getKey().length() - 13);
      if (token
          .manufacturer()
          .toLowerCase(Locale.ROOT)
          .contains(entry.getValue().toLowerCase(Locale.ROOT))) {
        names.add(name);
        String listed = sorted.get(name + ".oaep-hashes");
        if (listed != null) {
          hashes = List.of(listed.split("\\s*,\\s*"));
        }
      }
    }
    return new VendorNotes(List.copyOf(names), hashes);
  }

  /** Whether OAEP with these hashes is not known to be refused. */
  boolean allowsOaep(@Nullable HashAlgorithm hash, @Nullable HashAlgorithm mgf) {
    return oaepHashes.isEmpty()
        || (hash != null
            && mgf != null
            && oaepHashes.contains(hash.name())
            && oaepHashes.contains(mgf.name()));
  }
}
