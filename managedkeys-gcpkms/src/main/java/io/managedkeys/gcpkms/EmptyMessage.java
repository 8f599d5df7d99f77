package io.managedkeys.gcpkms;

import io.managedkeys.InvalidInputException;

/**
 * On the wire an empty {@code data} field is one that was not set, so the service cannot sign or
 * authenticate an empty message; it is refused here, with words.
 */
final class EmptyMessage {
  private EmptyMessage() {}

  static void refuse(byte[] message) {
    if (message.length == 0) {
      throw new InvalidInputException(
          "Google Cloud KMS cannot sign or authenticate an empty message");
    }
  }
}
