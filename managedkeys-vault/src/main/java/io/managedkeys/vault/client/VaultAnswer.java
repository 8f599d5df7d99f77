package io.managedkeys.vault.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that was checked to be a success. Closing it wipes what it holds; what was taken out of
 * it as bytes belongs to whoever took it.
 *
 * @param requestId the service's id of the request, or null when there was no body
 * @param body the whole answer, or null when there was no body
 */
public record VaultAnswer(@Nullable String requestId, @Nullable JsonObject body)
    implements AutoCloseable {

  /**
   * The part of the answer that engines fill.
   *
   * @return the object {@code data}
   * @throws MalformedAnswerException if there is none
   */
  public JsonObject data() throws MalformedAnswerException {
    return member("data");
  }

  /**
   * The part of the answer that logins fill.
   *
   * @return the object {@code auth}
   * @throws MalformedAnswerException if there is none
   */
  public JsonObject auth() throws MalformedAnswerException {
    return member("auth");
  }

  private JsonObject member(String name) throws MalformedAnswerException {
    if (body == null) {
      throw new MalformedAnswerException("the answer has no body");
    }
    return body.object(name);
  }

  /**
   * What the service warns of.
   *
   * @return the warnings, mostly none
   */
  public List<String> warnings() {
    try {
      return body == null ? List.of() : body.texts("warnings");
    } catch (MalformedAnswerException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    if (body != null) {
      body.close();
    }
  }
}
