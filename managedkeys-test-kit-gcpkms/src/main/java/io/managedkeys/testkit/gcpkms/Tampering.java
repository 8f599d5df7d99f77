package io.managedkeys.testkit.gcpkms;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import java.util.Map;

/** Falsifies answers field by field, for any of the service's messages. */
final class Tampering {
  private Tampering() {}

  static Message apply(GcpKmsFault fault, Message answer) {
    Message.Builder changed = answer.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : answer.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      Object value = entry.getValue();
      if (field.getName().contains("crc32c") && field.getType() == FieldDescriptor.Type.MESSAGE) {
        switch (fault.kind()) {
          case WRONG_CHECKSUM ->
              changed.setField(field, Int64Value.of(((Int64Value) value).getValue() ^ 1));
          case MISSING_CHECKSUM -> changed.clearField(field);
          default -> {}
        }
      } else if (field.getName().startsWith("verified_")) {
        if (fault.kind() == GcpKmsFault.Kind.UNVERIFIED) {
          changed.clearField(field);
        }
      } else if (field.getName().equals("name")) {
        name(fault, changed, field, (String) value);
      } else if (fault.kind() == GcpKmsFault.Kind.CORRUPT_DATA) {
        corrupt(changed, field, value);
      }
      if (value instanceof Message nested && field.getName().equals("public_key")) {
        changed.setField(field, apply(fault, nested));
      }
    }
    return changed.build();
  }

  private static void name(
      GcpKmsFault fault, Message.Builder changed, FieldDescriptor field, String name) {
    switch (fault.kind()) {
      case WRONG_NAME -> changed.setField(field, name.replace("/cryptoKeys/", "/cryptoKeys/not-"));
      case WRONG_VERSION -> changed.setField(field, name + "0");
      default -> {}
    }
  }

  private static void corrupt(Message.Builder changed, FieldDescriptor field, Object value) {
    if (value instanceof ByteString bytes && !bytes.isEmpty()) {
      byte[] flipped = bytes.toByteArray();
      flipped[flipped.length / 2] ^= 0x20;
      changed.setField(field, ByteString.copyFrom(flipped));
    } else if (field.getName().equals("pem")) {
      String pem = (String) value;
      int middle = pem.length() / 2;
      char flipped = pem.charAt(middle) == 'A' ? 'B' : 'A';
      changed.setField(field, pem.substring(0, middle) + flipped + pem.substring(middle + 1));
    }
  }
}
