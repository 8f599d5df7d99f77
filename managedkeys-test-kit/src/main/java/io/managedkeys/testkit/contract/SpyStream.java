package io.managedkeys.testkit.contract;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes on what is printed and keeps a copy of it. */
final class SpyStream extends PrintStream {

  private final ByteArrayOutputStream copy;

  private SpyStream(PrintStream real, ByteArrayOutputStream copy) {
    super(
        new OutputStream() {
          @Override
          public void write(int b) {
            real.write(b);
            copy.write(b);
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            real.write(bytes, from, length);
            copy.write(bytes, from, length);
          }

          @Override
          public void flush() {
            real.flush();
          }
        },
        true,
        StandardCharsets.UTF_8);
    this.copy = copy;
  }

  static SpyStream on(PrintStream real) {
    return new SpyStream(real, new ByteArrayOutputStream());
  }

  String printed() {
    return copy.toString(StandardCharsets.UTF_8);
  }
}
