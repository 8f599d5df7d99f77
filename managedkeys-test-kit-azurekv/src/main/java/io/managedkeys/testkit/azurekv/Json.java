package io.managedkeys.testkit.azurekv;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object as the service reads it: typed getters that refuse what is not what they say. */
final class Json {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final Map<?, ?> fields;

  private Json(Map<?, ?> fields) {
    this.fields = fields;
  }

  /** Reads an object; an empty body is an empty object, as for the service. */
  static Json parse(byte[] body) {
    if (body.length == 0) {
      return new Json(Map.of());
    }
    try (JsonReader reader = JsonProviders.createReader(body)) {
      if (reader.readUntyped() instanceof Map<?, ?> map) {
        return new Json(map);
      }
    } catch (IOException | RuntimeException e) {
      throw ServiceError.badParameter("The request body is not valid JSON.");
    }
    throw ServiceError.badParameter("The request body is not a JSON object.");
  }

  static byte[] write(Map<String, ?> object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonWriter writer = JsonProviders.createWriter(out)) {
      writer.writeUntyped(object);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static String base64Url(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  @Nullable String string(String name) {
    Object value = fields.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw invalid(name);
  }

  String requiredString(String name) {
    String value = string(name);
    if (value == null) {
      throw ServiceError.badParameter("Property '" + name + "' is required.");
    }
    return value;
  }

  byte @Nullable [] bytes(String name) {
    String value = string(name);
    if (value == null) {
      return null;
    }
    try {
      return DECODER.decode(value);
    } catch (IllegalArgumentException e) {
      throw invalid(name);
    }
  }

  byte[] requiredBytes(String name) {
    byte[] value = bytes(name);
    if (value == null) {
      throw ServiceError.badParameter("Property '" + name + "' is required.");
    }
    return value;
  }

  @Nullable Long number(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw invalid(name);
  }

  @Nullable Boolean bool(String name) {
    Object value = fields.get(name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw invalid(name);
  }

  Json object(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return new Json(Map.of());
    }
    if (value instanceof Map<?, ?> map) {
      return new Json(map);
    }
    throw invalid(name);
  }

  @Nullable List<String> strings(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      throw invalid(name);
    }
    List<String> strings = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String string)) {
        throw invalid(name);
      }
      strings.add(string);
    }
    return strings;
  }

  @Nullable Map<String, String> stringMap(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw invalid(name);
    }
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String text)) {
        throw invalid(name);
      }
      strings.put(key, text);
    }
    return strings;
  }

  private static ServiceError invalid(String name) {
    return ServiceError.badParameter("Property '" + name + "' has invalid value.");
  }
}
