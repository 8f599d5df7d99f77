package io.managedkeys.spi;

/** Random bytes from the backend. */
public interface RandomSource {

  /**
   * Random bytes.
   *
   * @param length how many; the backend asks its service as often as its own limit demands
   * @param context the call
   * @return the bytes
   */
  byte[] random(int length, CallContext context);
}
