package io.managedkeys.testkit.azurekv;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /keys}, {@code /deletedkeys} and {@code /rng}: routes, and bodies in and out. */
final class KeysApi {
  private static final int PAGE = 25;
  private static final int MAX_RANDOM = 128;

  private final String base;
  private final boolean managedHsm;
  private final KeyTable keys;

  KeysApi(String base, boolean managedHsm, KeyTable keys) {
    this.base = base;
    this.managedHsm = managedHsm;
    this.keys = keys;
  }

  @Nullable Route route(HttpCall call) {
    String name = call.segment(1);
    String version = call.segment(2);
    if (call.matches("GET", "keys")) {
      return Route.of(KeyVaultOperation.LIST, () -> page(call, keys.list()));
    }
    if (call.matches("GET", "deletedkeys")) {
      return Route.of(KeyVaultOperation.LIST_DELETED, () -> page(call, keys.listDeleted()));
    }
    if (call.matches("POST", "keys", "restore")) {
      return Route.of(
          KeyVaultOperation.RESTORE, () -> keys.restore(call.json().requiredBytes("value")));
    }
    if (call.matches("PUT", "keys", "*")) {
      return Route.of(KeyVaultOperation.IMPORT, () -> importKey(name, call.json()));
    }
    if (call.matches("DELETE", "keys", "*")) {
      return Route.of(KeyVaultOperation.DELETE, () -> keys.delete(name));
    }
    if (call.matches("POST", "keys", "*", "create")) {
      return Route.of(KeyVaultOperation.CREATE, () -> create(name, call.json()));
    }
    if (call.matches("POST", "keys", "*", "rotate")) {
      return Route.of(
          KeyVaultOperation.ROTATE, () -> keys.rotate(name, keys.latestMaterial(name).another()));
    }
    if (call.matches("POST", "keys", "*", "backup")) {
      return Route.of(
          KeyVaultOperation.BACKUP, () -> Map.of("value", Json.base64Url(keys.backup(name))));
    }
    if (call.matches("GET", "keys", "*", "versions")) {
      return Route.of(KeyVaultOperation.LIST_VERSIONS, () -> page(call, keys.listVersions(name)));
    }
    if (call.matches("GET", "keys", "*") || call.matches("GET", "keys", "*", "*")) {
      return Route.of(KeyVaultOperation.GET, () -> keys.get(name, version));
    }
    if (call.matches("PATCH", "keys", "*", "*")) {
      return Route.of(
          KeyVaultOperation.UPDATE,
          () -> keys.update(name, version, KeyVersion.Settings.of(call.json())));
    }
    if (call.matches("GET", "deletedkeys", "*")) {
      return Route.of(KeyVaultOperation.GET_DELETED, () -> keys.getDeleted(name));
    }
    if (call.matches("POST", "deletedkeys", "*", "recover")) {
      return Route.of(KeyVaultOperation.RECOVER, () -> keys.recover(name));
    }
    if (call.matches("DELETE", "deletedkeys", "*")) {
      return new Route(
          KeyVaultOperation.PURGE,
          204,
          () -> {
            keys.purge(name);
            return null;
          });
    }
    if (managedHsm && call.matches("POST", "rng")) {
      return Route.of(KeyVaultOperation.RANDOM, () -> random(call.json()));
    }
    if (call.matches("POST", "keys", "*", "*", "*")) {
      return operation(call, name, version);
    }
    return null;
  }

  private @Nullable Route operation(HttpCall call, String name, String version) {
    return switch (call.segment(3)) {
      case "sign" -> Route.of(KeyVaultOperation.SIGN, () -> sign(name, version, call.json()));
      case "verify" -> Route.of(KeyVaultOperation.VERIFY, () -> verify(name, version, call.json()));
      case "encrypt" ->
          Route.of(KeyVaultOperation.ENCRYPT, () -> encrypt(name, version, call.json()));
      case "decrypt" ->
          Route.of(KeyVaultOperation.DECRYPT, () -> decrypt(name, version, call.json()));
      case "wrapkey" ->
          Route.of(
              KeyVaultOperation.WRAP_KEY,
              () -> {
                Json body = call.json();
                KeyTable.Used used = keys.use(name, version, "wrapKey");
                return result(used, used.material().wrap(algorithm(body), value(body)));
              });
      case "unwrapkey" ->
          Route.of(
              KeyVaultOperation.UNWRAP_KEY,
              () -> {
                Json body = call.json();
                KeyTable.Used used = keys.use(name, version, "unwrapKey");
                return result(used, used.material().unwrap(algorithm(body), value(body)));
              });
      default -> null;
    };
  }

  private Map<String, Object> create(String name, Json body) {
    checkName(name);
    keys.requireNameFree(name);
    String kty = body.requiredString("kty");
    boolean hsm = managedHsm || kty.endsWith("-HSM");
    Long size = body.number("key_size");
    KeyMaterial material =
        switch (kty) {
          case "RSA", "RSA-HSM" -> RsaMaterial.generate(hsm, size == null ? 2048 : bits(size));
          case "EC", "EC-HSM" -> {
            String curve = body.string("crv");
            yield EcMaterial.generate(hsm, EcMaterial.Curve.named(curve == null ? "P-256" : curve));
          }
          case "oct", "oct-HSM" -> {
            requireManagedHsm(kty);
            yield OctMaterial.generate(size == null ? 256 : bits(size));
          }
          default -> throw ServiceError.badParameter("kty '" + kty + "' is not supported.");
        };
    return keys.add(name, material, KeyVersion.Settings.of(body));
  }

  private Map<String, Object> importKey(String name, Json body) {
    checkName(name);
    keys.requireNameFree(name);
    Json jwk = body.object("key");
    String kty = jwk.requiredString("kty");
    KeyVersion.Settings settings = KeyVersion.Settings.of(body, jwk.strings("key_ops"));
    byte[] blob = jwk.bytes("key_hsm");
    if (blob != null) {
      return keys.add(name, new TransferBlob(keys, base).open(blob, kty, jwk), settings);
    }
    boolean hsm = managedHsm || kty.endsWith("-HSM") || Boolean.TRUE.equals(body.bool("Hsm"));
    KeyMaterial material =
        switch (kty) {
          case "RSA", "RSA-HSM" -> RsaMaterial.ofJwk(hsm, jwk);
          case "EC", "EC-HSM" -> EcMaterial.ofJwk(hsm, jwk);
          case "oct", "oct-HSM" -> {
            requireManagedHsm(kty);
            yield OctMaterial.ofBytes(jwk.requiredBytes("k"));
          }
          default -> throw ServiceError.badParameter("kty '" + kty + "' is not supported.");
        };
    return keys.add(name, material, settings);
  }

  private Map<String, Object> sign(String name, String version, Json body) {
    KeyTable.Used used = keys.use(name, version, "sign");
    return result(used, used.material().sign(algorithm(body), value(body)));
  }

  private Map<String, Object> verify(String name, String version, Json body) {
    KeyTable.Used used = keys.use(name, version, "verify");
    boolean valid =
        used.material().verify(algorithm(body), body.requiredBytes("digest"), value(body));
    return Map.of("value", valid);
  }

  private Map<String, Object> encrypt(String name, String version, Json body) {
    KeyTable.Used used = keys.use(name, version, "encrypt");
    KeyMaterial.Encrypted encrypted =
        used.material().encrypt(algorithm(body), value(body), body.bytes("iv"), body.bytes("aad"));
    Map<String, Object> result = result(used, encrypted.value());
    if (encrypted.iv() != null) {
      result.put("iv", Json.base64Url(encrypted.iv()));
    }
    if (encrypted.tag() != null) {
      result.put("tag", Json.base64Url(encrypted.tag()));
    }
    String aad = body.string("aad");
    if (aad != null) {
      result.put("aad", aad);
    }
    return result;
  }

  private Map<String, Object> decrypt(String name, String version, Json body) {
    KeyTable.Used used = keys.use(name, version, "decrypt");
    byte[] plaintext =
        used.material()
            .decrypt(
                algorithm(body),
                value(body),
                body.bytes("iv"),
                body.bytes("tag"),
                body.bytes("aad"));
    return result(used, plaintext);
  }

  private static Map<String, Object> random(Json body) {
    Long count = body.number("count");
    if (count == null || count < 1 || count > MAX_RANDOM) {
      throw ServiceError.badParameter("count must be from 1 to " + MAX_RANDOM + ".");
    }
    return Map.of("value", Json.base64Url(RandomSource.bytes(count.intValue())));
  }

  private Map<String, Object> page(HttpCall call, List<Map<String, Object>> items) {
    int size = PAGE;
    int from = 0;
    try {
      size = Integer.parseInt(call.query().getOrDefault("maxresults", Integer.toString(PAGE)));
      String token = call.query().get("$skiptoken");
      if (token != null) {
        from =
            Integer.parseInt(
                new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII));
      }
    } catch (IllegalArgumentException e) {
      throw ServiceError.badParameter("maxresults or $skiptoken has invalid value.");
    }
    if (size < 1 || size > PAGE || from < 0) {
      throw ServiceError.badParameter("maxresults must be from 1 to " + PAGE + ".");
    }
    int to = Math.min(items.size(), from + size);
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("value", items.subList(Math.min(from, to), to));
    if (to < items.size()) {
      String token = Json.base64Url(Integer.toString(to).getBytes(StandardCharsets.US_ASCII));
      page.put(
          "nextLink",
          base
              + call.path()
              + "?api-version="
              + call.query().getOrDefault("api-version", "")
              + "&maxresults="
              + size
              + "&$skiptoken="
              + token);
    }
    return page;
  }

  private static Map<String, Object> result(KeyTable.Used used, byte[] value) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("kid", used.kid());
    result.put("value", Json.base64Url(value));
    return result;
  }

  private static String algorithm(Json body) {
    return body.requiredString("alg");
  }

  private static byte[] value(Json body) {
    return body.requiredBytes("value");
  }

  private static int bits(long size) {
    return size > 0 && size <= 16384 ? (int) size : 0;
  }

  private static void checkName(String name) {
    if (!name.matches("[0-9a-zA-Z-]{1,127}")) {
      throw ServiceError.badParameter("The request URI contains an invalid name: " + name);
    }
  }

  private void requireManagedHsm(String kty) {
    if (!managedHsm) {
      throw ServiceError.badParameter("kty '" + kty + "' needs a Managed HSM.");
    }
  }
}
