package io.managedkeys.pkcs11;

/** Requests that succeed while device, login and handle are all right. */
final class Probe {

  private Probe() {}

  /**
   * The key is found and the token's generator answers: for keys of which nothing can be asked that
   * is known to succeed.
   */
  static KeyRunner.Work<byte[]> ofToken() {
    return (cryptoki, session, key) -> cryptoki.random(session.handle(), 16);
  }
}
