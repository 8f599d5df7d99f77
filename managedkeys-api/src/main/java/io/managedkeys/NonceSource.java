package io.managedkeys;

/** Who makes the nonce when a key encrypts. */
public enum NonceSource {
  /** The caller may give one; else this library makes a random one. */
  CALLER_OR_LIBRARY,
  /** The backend makes it and a caller's nonce is refused. */
  BACKEND,
  /** The algorithm of this key has none. */
  NONE
}
