package io.managedkeys.testkit.awskms;

import com.google.gson.JsonObject;

/** One operation of the service: the members of a request in, the members of its answer out. */
@FunctionalInterface
interface Action {
  JsonObject run(Request request);

  /** An answer under construction; blobs in base64 as the protocol wants them. */
  final class Answer {
    private final JsonObject json = new JsonObject();

    static Answer of(StoredKey key) {
      return new Answer().with("KeyId", key.arn());
    }

    Answer with(String member, String value) {
      json.addProperty(member, value);
      return this;
    }

    Answer with(String member, boolean value) {
      json.addProperty(member, value);
      return this;
    }

    Answer with(String member, Number value) {
      json.addProperty(member, value);
      return this;
    }

    Answer with(String member, byte[] value) {
      json.addProperty(member, java.util.Base64.getEncoder().encodeToString(value));
      return this;
    }

    Answer with(String member, com.google.gson.JsonElement value) {
      json.add(member, value);
      return this;
    }

    JsonObject json() {
      return json;
    }
  }
}
