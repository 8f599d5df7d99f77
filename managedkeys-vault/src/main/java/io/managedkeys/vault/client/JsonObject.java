package io.managedkeys.vault.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of an answer. Strings stay bytes until somebody asks for them as text, and {@link
 * #close()} wipes them all.
 *
 * <p>Not thread-safe: an answer belongs to the call that got it.
 */
public final class JsonObject implements AutoCloseable {

  // Recycled buffers would keep pieces of plaintexts in thread locals.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final Object NULL = new Object();

  private final Map<String, Object> members;

  private JsonObject(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * Reads an object, and nothing but one object.
   *
   * @param json UTF-8
   * @return the object
   * @throws MalformedAnswerException if the bytes are anything else
   */
  public static JsonObject parse(byte[] json) throws MalformedAnswerException {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedAnswerException("not a JSON object");
      }
      JsonObject object = readObject(parser);
      if (parser.nextToken() != null) {
        object.close();
        throw new MalformedAnswerException("text after the JSON object");
      }
      return object;
    } catch (IOException e) {
      // Jackson quotes what it stumbled on; the cause is dropped because that can be a secret.
      throw new MalformedAnswerException("not well-formed JSON, or cut short");
    }
  }

  private static JsonObject readObject(JsonParser parser)
      throws IOException, MalformedAnswerException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, readValue(parser));
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new MalformedAnswerException("a JSON object was cut short");
    }
    return new JsonObject(members);
  }

  private static Object readValue(JsonParser parser) throws IOException, MalformedAnswerException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new MalformedAnswerException("the JSON was cut short");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (true) {
          JsonToken next = parser.nextToken();
          if (next == JsonToken.END_ARRAY) {
            break;
          }
          list.add(readValue(parser));
        }
        yield list;
      }
      case VALUE_STRING -> readText(parser);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> NULL;
      default -> throw new MalformedAnswerException("unexpected JSON");
    };
  }

  private static JsonText readText(JsonParser parser) throws IOException {
    char[] chars = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    int length = parser.getTextLength();
    var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(chars, offset, length));
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    Arrays.fill(encoded.array(), (byte) 0);
    // The parser's own buffer: its next token overwrites it from the start, this wipes the rest.
    Arrays.fill(chars, offset, offset + length, '\0');
    return new JsonText(utf8);
  }

  /**
   * Whether there is a member of this name that is not null.
   *
   * @param name the member
   * @return true if so
   */
  public boolean has(String name) {
    Object value = members.get(name);
    return value != null && value != NULL;
  }

  /**
   * The names of the members.
   *
   * @return the names, in the answer's order
   */
  public Set<String> names() {
    return members.keySet();
  }

  /**
   * A member that is an object.
   *
   * @param name the member
   * @return the object
   * @throws MalformedAnswerException if it is missing or of another kind
   */
  public JsonObject object(String name) throws MalformedAnswerException {
    return member(name, JsonObject.class);
  }

  /**
   * A member that is a list of objects.
   *
   * @param name the member
   * @return the objects
   * @throws MalformedAnswerException if it is missing or of another kind
   */
  public List<JsonObject> objects(String name) throws MalformedAnswerException {
    List<JsonObject> out = new ArrayList<>();
    for (Object item : member(name, List.class)) {
      if (!(item instanceof JsonObject object)) {
        throw new MalformedAnswerException("the field '" + name + "' holds no objects");
      }
      out.add(object);
    }
    return out;
  }

  /**
   * A member that is a list of strings, none of them secret.
   *
   * @param name the member
   * @return the texts; empty when the member is missing or null
   * @throws MalformedAnswerException if it is of another kind
   */
  public List<String> texts(String name) throws MalformedAnswerException {
    if (!has(name)) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (Object item : member(name, List.class)) {
      if (!(item instanceof JsonText text)) {
        throw new MalformedAnswerException("the field '" + name + "' holds no strings");
      }
      out.add(text.text());
    }
    return out;
  }

  /**
   * A member that is a string and not secret.
   *
   * @param name the member
   * @return the text
   * @throws MalformedAnswerException if it is missing or of another kind
   */
  public String text(String name) throws MalformedAnswerException {
    return member(name, JsonText.class).text();
  }

  /**
   * A member that is a string and not secret, or something else in its place.
   *
   * @param name the member
   * @return the text, or null when the member is missing, null or of another kind
   */
  public @Nullable String optionalText(String name) {
    return members.get(name) instanceof JsonText text ? text.text() : null;
  }

  /**
   * A member that holds bytes as base64.
   *
   * @param name the member
   * @return the bytes, the caller's to wipe
   * @throws MalformedAnswerException if it is missing, of another kind or not base64
   */
  public byte[] base64(String name) throws MalformedAnswerException {
    return member(name, JsonText.class).base64();
  }

  /**
   * A member that is a string, as bytes.
   *
   * @param name the member
   * @return its UTF-8 form, the caller's to wipe
   * @throws MalformedAnswerException if it is missing or of another kind
   */
  public byte[] utf8(String name) throws MalformedAnswerException {
    return member(name, JsonText.class).bytes();
  }

  /**
   * A member that is a whole number.
   *
   * @param name the member
   * @return the number
   * @throws MalformedAnswerException if it is missing, of another kind or too large
   */
  public long number(String name) throws MalformedAnswerException {
    Number number = member(name, Number.class);
    if (number instanceof Integer || number instanceof Long) {
      return number.longValue();
    }
    throw new MalformedAnswerException("the field '" + name + "' is not a whole number");
  }

  /**
   * A member that is a truth value.
   *
   * @param name the member
   * @return the value
   * @throws MalformedAnswerException if it is missing or of another kind
   */
  public boolean flag(String name) throws MalformedAnswerException {
    return member(name, Boolean.class);
  }

  private <T> T member(String name, Class<T> kind) throws MalformedAnswerException {
    Object value = members.get(name);
    if (value == null || value == NULL) {
      throw new MalformedAnswerException("the field '" + name + "' is missing");
    }
    if (!kind.isInstance(value)) {
      throw new MalformedAnswerException("the field '" + name + "' is of another kind");
    }
    return kind.cast(value);
  }

  /** Wipes every string in this object and below. */
  @Override
  public void close() {
    members.values().forEach(JsonObject::wipe);
  }

  private static void wipe(Object value) {
    if (value instanceof JsonText text) {
      text.wipe();
    } else if (value instanceof JsonObject object) {
      object.close();
    } else if (value instanceof List<?> list) {
      list.forEach(JsonObject::wipe);
    }
  }

  @Override
  public String toString() {
    return "JsonObject" + members.keySet();
  }
}
