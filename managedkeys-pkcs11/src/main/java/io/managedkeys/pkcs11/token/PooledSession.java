package io.managedkeys.pkcs11.token;

/** A session lent by a {@link SessionPool} to one thread at a time. */
public final class PooledSession {

  private final long handle;
  private final LoginEpoch epoch;

  PooledSession(long handle, LoginEpoch epoch) {
    this.handle = handle;
    this.epoch = epoch;
  }

  /** The session's handle. */
  public long handle() {
    return handle;
  }

  /** The epoch the session belongs to. */
  public LoginEpoch epoch() {
    return epoch;
  }
}
