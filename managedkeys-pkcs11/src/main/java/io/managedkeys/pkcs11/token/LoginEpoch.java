package io.managedkeys.pkcs11.token;

import io.managedkeys.pkcs11.cryptoki.TokenInfo;

/**
 * The time between one login and whatever ends it. Session and object handles mean something only
 * within their epoch: tokens give the numbers of one epoch to other objects in the next.
 */
public final class LoginEpoch {

  private final long number;
  private final int generation;
  private final long slot;
  private final long anchor;
  private final TokenInfo info;
  private volatile boolean ended;
  private volatile boolean sessionsGone;

  LoginEpoch(long number, int generation, long slot, long anchor, TokenInfo info) {
    this.number = number;
    this.generation = generation;
    this.slot = slot;
    this.anchor = anchor;
    this.info = info;
  }

  /** Grows with each epoch of a token. */
  public long number() {
    return number;
  }

  /** The slot the token was found in. */
  public long slot() {
    return slot;
  }

  /** The token as it was when the epoch began. */
  public TokenInfo info() {
    return info;
  }

  /** The session that keeps the login alive while the pools are empty. */
  long anchor() {
    return anchor;
  }

  int generation() {
    return generation;
  }

  boolean ended() {
    return ended;
  }

  /** Whether the epoch's session handles may by now be somebody else's and must not be closed. */
  boolean sessionsGone() {
    return sessionsGone;
  }

  void end(boolean withSessions) {
    sessionsGone |= withSessions;
    ended = true;
  }
}
