package io.managedkeys.vault;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.spi.CallContext;
import io.managedkeys.spi.ConfigField;
import io.managedkeys.spi.ConfigField.Kind;
import io.managedkeys.spi.ConfigValues;
import io.managedkeys.spi.Host;
import io.managedkeys.vault.client.VaultAddresses;
import io.managedkeys.vault.client.VaultClient;
import io.managedkeys.vault.client.VaultTls;
import io.managedkeys.vault.login.LoginMethod;
import io.managedkeys.vault.login.LoginSettings;
import io.managedkeys.vault.login.TokenKeeper;
import io.managedkeys.vault.login.VaultSession;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A backend's fields, checked as far as they can be without the service.
 *
 * @param engine transit
 * @param mount the engine's mount, without slashes around it
 * @param namespace the namespace, empty for the root
 * @param client the client
 * @param login the login
 */
record VaultSettings(
    String engine, String mount, String namespace, VaultClient client, LoginMethod login) {

  private static final Pattern PATH = Pattern.compile("[\\w.@:+-]+(/[\\w.@:+-]+)*");

  static List<ConfigField> fields() {
    List<ConfigField> fields = new ArrayList<>();
    fields.add(
        ConfigField.of(
                "address",
                Kind.LIST,
                "The cluster's addresses, https://host:port, tried in turn from the one that served"
                    + " last.")
            .mandatory()
            .decidingCredentialTarget());
    fields.add(
        ConfigField.text("namespace", "The namespace, by default the root.")
            .decidingCredentialTarget());
    fields.add(
        ConfigField.text("engine", "The secrets engine: transit.")
            .oneOf("transit")
            .defaultsTo("transit"));
    fields.add(ConfigField.text("mount", "Where the engine is mounted; by default transit."));
    fields.addAll(LoginSettings.fields());
    fields.add(
        file("ca-file", "The authorities of the server's certificate in PEM form.")
            .decidingCredentialTarget());
    fields.add(
        ConfigField.text(
                "server-name",
                "The DNS name that the server's certificate must hold in place of the address's.")
            .decidingCredentialTarget());
    fields.add(file("client-cert-file", "The client's certificate chain in PEM form, leaf first."));
    fields.add(file("client-key-file", "The client's key as unencrypted PKCS#8 in PEM form."));
    fields.add(
        ConfigField.of(
                "allow-plain-http",
                Kind.BOOLEAN,
                "Whether http:// is allowed to hosts other than the loopback address.")
            .defaultsTo("false")
            .decidingCredentialTarget());
    fields.add(
        ConfigField.of(
                "wait-for-service",
                Kind.DURATION,
                "How long a call waits at most, within its deadline, while the service is sealed, in"
                    + " standby or behind.")
            .defaultsTo("5s"));
    return fields;
  }

  private static ConfigField file(String name, String meaning) {
    return ConfigField.of(name, Kind.FILE, meaning);
  }

  static VaultSettings of(ConfigValues values, Host host) {
    String engine = values.text("engine");
    String mount = path("mount", values.find("mount").orElse(engine));
    String namespace = values.find("namespace").map(text -> path("namespace", text)).orElse("");
    VaultAddresses addresses =
        VaultAddresses.parse(values.list("address"), values.isTrue("allow-plain-http"));
    byte[] key = read(values, host, "client-key-file");
    VaultTls tls;
    try {
      tls =
          VaultTls.of(
              read(values, host, "ca-file"),
              read(values, host, "client-cert-file"),
              key,
              values.find("server-name").orElse(null));
    } finally {
      if (key != null) {
        Arrays.fill(key, (byte) 0);
      }
    }
    return new VaultSettings(
        engine,
        mount,
        namespace,
        new VaultClient(addresses, tls, values.duration("wait-for-service")),
        LoginSettings.method(values, host, namespace));
  }

  VaultSession openSession(CallContext context, Host host) {
    TokenKeeper tokens = new TokenKeeper(client, login, namespace, host.scheduler());
    VaultSession session = new VaultSession(client, tokens, namespace);
    try {
      session.logIn(context);
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static String path(String field, String text) {
    String bare = text.replaceAll("^/+|/+$", "");
    if (bare.isEmpty() && field.equals("namespace")) {
      return "";
    }
    if (!PATH.matcher(bare).matches() || bare.contains("..")) {
      throw new InvalidConfigurationException(
          "the field '" + field + "' is not a path such as team/app");
    }
    return bare;
  }

  private static byte @Nullable [] read(ConfigValues values, Host host, String field) {
    if (!values.has(field)) {
      return null;
    }
    try {
      return Files.readAllBytes(host.file(values.text(field)));
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          "the file of the field '" + field + "' cannot be read", e);
    }
  }
}
