package io.managedkeys.vault.login;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.JsonObject;
import io.managedkeys.vault.client.MalformedAnswerException;
import java.time.Duration;

/**
 * A token and how long it lives.
 *
 * @param token the token
 * @param ttl its time to live when it was issued or renewed; zero when it does not expire
 * @param expiresNanos when it expires, on the monotonic clock; meaningless when it does not
 * @param renewable whether it can be renewed
 * @param epoch counts the logins
 */
record TokenLease(
    SecretBytes token, Duration ttl, long expiresNanos, boolean renewable, long epoch) {

  static TokenLease of(SecretBytes token, Duration ttl, boolean renewable, long epoch) {
    return new TokenLease(token, ttl, System.nanoTime() + ttl.toNanos(), renewable, epoch);
  }

  /** Reads the {@code auth} part of a login's or renewal's answer. */
  static TokenLease ofAuth(JsonObject auth, long epoch) throws MalformedAnswerException {
    return of(
        SecretBytes.taking(auth.utf8("client_token")),
        Duration.ofSeconds(auth.number("lease_duration")),
        auth.has("renewable") && auth.flag("renewable"),
        epoch);
  }

  boolean expires() {
    return !ttl.isZero();
  }

  boolean isOver() {
    return expires() && System.nanoTime() - expiresNanos >= 0;
  }

  Duration remaining() {
    return Duration.ofNanos(Math.max(0, expiresNanos - System.nanoTime()));
  }

  @Override
  public String toString() {
    return "TokenLease[ttl=" + ttl + ", renewable=" + renewable + ", epoch=" + epoch + "]";
  }
}
