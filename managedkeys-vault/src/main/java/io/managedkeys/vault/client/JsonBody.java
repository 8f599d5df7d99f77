package io.managedkeys.vault.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.managedkeys.SecretBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The JSON body of a request, written straight into bytes: neither a base64 form nor a secret
 * becomes a String on the way. Used once, by one thread; whoever sends the bytes wipes them.
 */
public final class JsonBody {

  private static final JsonFactory JSON =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build();

  private final WipingBuffer out = new WipingBuffer();
  private final JsonGenerator json;

  /** An empty object. */
  public JsonBody() {
    try {
      json = JSON.createGenerator(out);
      json.writeStartObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes to a generator. */
  private interface Write {
    void to(JsonGenerator json) throws IOException;
  }

  private JsonBody write(Write write) {
    try {
      write.to(json);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a string.
   *
   * @param name the member
   * @param value its value, not secret
   * @return this
   */
  public JsonBody text(String name, String value) {
    return write(to -> to.writeStringField(name, value));
  }

  /**
   * Adds a secret string.
   *
   * @param name the member
   * @param secret UTF-8; sent as it is
   * @return this
   */
  public JsonBody secret(String name, SecretBytes secret) {
    char[] chars = secret.copyChars();
    try {
      return write(
          to -> {
            to.writeFieldName(name);
            to.writeString(chars, 0, chars.length);
          });
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  /**
   * Adds bytes in their base64 form.
   *
   * @param name the member
   * @param value the bytes
   * @return this
   */
  public JsonBody base64(String name, byte[] value) {
    return write(to -> to.writeBinaryField(name, value));
  }

  /**
   * Adds a whole number.
   *
   * @param name the member
   * @param value its value
   * @return this
   */
  public JsonBody number(String name, long value) {
    return write(to -> to.writeNumberField(name, value));
  }

  /**
   * Adds a truth value.
   *
   * @param name the member
   * @param value its value
   * @return this
   */
  public JsonBody flag(String name, boolean value) {
    return write(to -> to.writeBooleanField(name, value));
  }

  /**
   * Adds an object.
   *
   * @param name the member
   * @param content writes the object's members into the body it gets
   * @return this
   */
  public JsonBody object(String name, Consumer<JsonBody> content) {
    write(to -> to.writeObjectFieldStart(name));
    content.accept(this);
    return write(JsonGenerator::writeEndObject);
  }

  /**
   * Adds a list of objects.
   *
   * @param name the member
   * @param items what each object is made of
   * @param content writes one object's members into the body it gets
   * @param <T> the items' type
   * @return this
   */
  public <T> JsonBody objects(String name, Collection<T> items, BiConsumer<JsonBody, T> content) {
    write(to -> to.writeArrayFieldStart(name));
    for (T item : items) {
      write(JsonGenerator::writeStartObject);
      content.accept(this, item);
      write(JsonGenerator::writeEndObject);
    }
    return write(JsonGenerator::writeEndArray);
  }

  /**
   * Ends the object.
   *
   * @return its UTF-8 form, the caller's to wipe
   */
  public byte[] toBytes() {
    write(
        to -> {
          to.writeEndObject();
          to.close();
        });
    return out.take();
  }

  /** Grows by copying, and wipes what it leaves behind. */
  private static final class WipingBuffer extends OutputStream {
    private byte[] bytes = new byte[512];
    private int length;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      if (length + count > bytes.length) {
        byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        Arrays.fill(bytes, (byte) 0);
        bytes = larger;
      }
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
      Arrays.fill(from, offset, offset + count, (byte) 0);
    }

    byte[] take() {
      byte[] taken = Arrays.copyOf(bytes, length);
      Arrays.fill(bytes, (byte) 0);
      length = 0;
      return taken;
    }
  }
}
