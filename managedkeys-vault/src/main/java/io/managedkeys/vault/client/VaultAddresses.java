package io.managedkeys.vault.client;

import io.managedkeys.InvalidConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The addresses of one cluster, and the one that served last. A call begins with that one and goes
 * on to the others in their order. Thread-safe.
 */
public final class VaultAddresses {

  private final List<URI> addresses;
  private volatile int preferred;

  private VaultAddresses(List<URI> addresses) {
    this.addresses = addresses;
  }

  /**
   * Reads addresses.
   *
   * @param texts each {@code https://host[:port]}, or {@code http://} for a server on the loopback
   *     address or where plain HTTP is allowed
   * @param allowPlainHttp whether {@code http://} is allowed to other hosts
   * @return the addresses
   * @throws InvalidConfigurationException if one is not an address, is given twice, holds a path or
   *     credentials, or is plain HTTP where that is not allowed
   */
  public static VaultAddresses parse(List<String> texts, boolean allowPlainHttp) {
    Set<URI> seen = new LinkedHashSet<>();
    for (String text : texts) {
      if (!seen.add(parse(text.strip(), allowPlainHttp))) {
        throw new InvalidConfigurationException("the field 'address' names " + text + " twice");
      }
    }
    if (seen.isEmpty()) {
      throw new InvalidConfigurationException("the field 'address' names no address");
    }
    return new VaultAddresses(new ArrayList<>(seen));
  }

  private static URI parse(String text, boolean allowPlainHttp) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new InvalidConfigurationException(
          "the field 'address' is not a URL such as https://vault.example:8200");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new InvalidConfigurationException(
          "the field 'address' is not a URL such as https://vault.example:8200");
    }
    String path = uri.getRawPath();
    if (uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw new InvalidConfigurationException(
          "the field 'address' holds more than scheme, host and port");
    }
    if (scheme.equals("http") && !allowPlainHttp && !isLoopback(host)) {
      throw new InvalidConfigurationException(
          "the field 'address' is plain HTTP to "
              + host
              + ": the token would go over the network in clear; use https, or set"
              + " allow-plain-http=true where another layer encrypts");
    }
    return URI.create(scheme + "://" + uri.getRawAuthority() + "/v1/");
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /** How many there are. */
  int count() {
    return addresses.size();
  }

  /** The address to try as the n-th of a call, beginning with the one that served last. */
  URI candidate(int start, int n) {
    return addresses.get((start + n) % addresses.size());
  }

  int preferred() {
    return preferred;
  }

  void served(int start, int n) {
    int index = (start + n) % addresses.size();
    if (preferred != index) {
      preferred = index;
    }
  }

  @Override
  public String toString() {
    return addresses.toString();
  }
}
