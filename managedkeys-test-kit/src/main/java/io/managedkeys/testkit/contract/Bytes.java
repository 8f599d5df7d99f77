package io.managedkeys.testkit.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Data and the ways to damage it. */
final class Bytes {

  private Bytes() {}

  /** Bytes that tell their length and place. */
  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + length);
    }
    return bytes;
  }

  /** Copies with one bit changed at the start, near the start, in the middle and at the end. */
  static List<byte[]> flipped(byte[] good) {
    List<byte[]> bad = new ArrayList<>();
    for (int at : new int[] {0, good.length / 4, good.length / 2, good.length - 1}) {
      byte[] copy = good.clone();
      copy[at] ^= 1;
      bad.add(copy);
    }
    return bad;
  }

  /** Copies that are too short or too long, all zero, or empty. */
  static List<byte[]> misshapen(byte[] good) {
    return List.of(
        Arrays.copyOf(good, good.length - 1),
        Arrays.copyOf(good, good.length / 2),
        Arrays.copyOf(good, good.length + 1),
        new byte[good.length],
        new byte[0]);
  }
}
