package io.managedkeys.registry;

import io.managedkeys.MacAlgorithm;
import io.managedkeys.spi.Macing;
import io.managedkeys.spi.VerifyMac;
import java.security.MessageDigest;

/** Message authentication codes. */
final class Macs {

  private Macs() {}

  static byte[] mac(BoundKey key, Pipeline.Run run, MacAlgorithm algorithm, byte[] message) {
    check(key, algorithm, message);
    Macing macing = key.require(key.macing, "compute codes");
    return run.remote(context -> macing.mac(algorithm, message, context));
  }

  static boolean verify(
      BoundKey key, Pipeline.Run run, MacAlgorithm algorithm, byte[] message, byte[] mac) {
    check(key, algorithm, message);
    if (mac.length != algorithm.length()) {
      return false;
    }
    VerifyMac remote = key.verifyMac;
    if (remote != null) {
      return run.remote(context -> remote.verifyMac(algorithm, message, mac, context));
    }
    Macing macing = key.require(key.macing, "compute codes");
    return MessageDigest.isEqual(
        mac, run.remote(context -> macing.mac(algorithm, message, context)));
  }

  private static void check(BoundKey key, MacAlgorithm algorithm, byte[] message) {
    Checks.requireAlgorithm(
        algorithm, key.info().macAlgorithms(), key.backendInfo().macAlgorithms(), key);
    Checks.requireAtMost(
        message.length,
        key.info().limits().macMessage(),
        "a message for " + algorithm,
        "authenticate its SHA-256 instead");
  }
}
