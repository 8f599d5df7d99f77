package io.managedkeys.registry;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.CertificateSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Certificate chains: of the file that the entry names, else what lies beside the key. */
final class Chains {

  private record Loaded(FileTime modified, List<X509Certificate> chain) {}

  private final HostSettings host;
  private final ConcurrentHashMap<Path, Loaded> files = new ConcurrentHashMap<>();

  Chains(HostSettings host) {
    this.host = host;
  }

  List<X509Certificate> of(KeyRecord record, BoundKey key, Pipeline.Run run) {
    String file = record.policy().chainFile();
    List<X509Certificate> chain;
    if (file == null) {
      CertificateSource source = key.certificates;
      chain = source == null ? List.of() : run.remote(source::certificateChain);
    } else {
      chain = load(record, host.file(record.namespace(), file));
    }
    byte[] spki = key.info().spki().orElse(null);
    if (!chain.isEmpty()
        && spki != null
        && !Arrays.equals(chain.get(0).getPublicKey().getEncoded(), spki)) {
      throw new InvalidConfigurationException(
          record.owner()
              + ": the first certificate of the chain is of another key; put the key's own"
              + " certificate first");
    }
    return chain;
  }

  /** Reads a file again only when it has changed. */
  private List<X509Certificate> load(KeyRecord record, Path path) {
    try {
      FileTime modified = Files.getLastModifiedTime(path);
      Loaded loaded = files.get(path);
      if (loaded == null || !loaded.modified().equals(modified)) {
        loaded = new Loaded(modified, read(path));
        files.put(path, loaded);
      }
      return loaded.chain();
    } catch (IOException | CertificateException e) {
      throw new InvalidConfigurationException(
          record.owner() + ": field \"certificate-chain\" names no readable PEM file: " + path, e);
    }
  }

  private static List<X509Certificate> read(Path path) throws IOException, CertificateException {
    List<X509Certificate> chain = new ArrayList<>();
    try (InputStream in = Files.newInputStream(path)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        chain.add((X509Certificate) certificate);
      }
    }
    return List.copyOf(chain);
  }
}
