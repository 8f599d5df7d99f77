package io.managedkeys.pkcs11.token;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.pkcs11.cryptoki.CryptokiBinding;
import io.managedkeys.pkcs11.jni.JniBinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the binding to use: the one configured, else the most preferred that works here. */
final class Bindings {

  private static final Logger LOG = LoggerFactory.getLogger(Bindings.class);

  private Bindings() {}

  static CryptokiBinding choose(@Nullable String name) {
    List<CryptokiBinding> found = new ArrayList<>();
    found.add(new JniBinding());
    var services =
        ServiceLoader.load(CryptokiBinding.class, CryptokiBinding.class.getClassLoader())
            .iterator();
    while (true) {
      try {
        if (!services.hasNext()) {
          break;
        }
        found.add(services.next());
      } catch (ServiceConfigurationError | UnsupportedClassVersionError e) {
        // The ffm artifact on the class path of a JVM that is too old for it: as if it were absent.
        LOG.debug("a Cryptoki binding can't be used on this JVM: {}", e.toString());
        if (!(e instanceof ServiceConfigurationError)) {
          break;
        }
      }
    }
    found.sort(Comparator.comparingInt(CryptokiBinding::preference).reversed());
    if (name == null) {
      for (CryptokiBinding candidate : found) {
        String reason = candidate.unavailable();
        if (reason == null) {
          return candidate;
        }
        LOG.debug("Cryptoki binding {} is not used: {}", candidate.name(), reason);
      }
      throw new InvalidConfigurationException("no Cryptoki binding works on this JVM");
    }
    for (CryptokiBinding candidate : found) {
      if (candidate.name().equals(name)) {
        String reason = candidate.unavailable();
        if (reason != null) {
          throw new InvalidConfigurationException(
              "binding: " + name + " can't be used on this JVM: " + reason);
        }
        return candidate;
      }
    }
    throw new InvalidConfigurationException(
        "binding: there is no Cryptoki binding "
            + name
            + "; found: "
            + found.stream().map(CryptokiBinding::name).distinct().collect(Collectors.joining(", "))
            + " (ffm needs JDK 22 or later and the artifact managedkeys-pkcs11-ffm)");
  }
}
