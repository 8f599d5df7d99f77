package io.managedkeys.awskms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The file with a web identity token, which the platform replaces from time to time. */
final class TokenFile {
  private TokenFile() {}

  static String read(Path file) {
    try {
      return Files.readString(file).trim();
    } catch (IOException e) {
      throw SdkClientException.create("cannot read the web identity token file " + file, e);
    }
  }
}
