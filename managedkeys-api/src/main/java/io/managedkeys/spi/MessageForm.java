package io.managedkeys.spi;

/** A form in which a backend takes what is to be signed; see {@link io.managedkeys.Message}. */
public enum MessageForm {
  /** The whole message. */
  RAW,
  /** Its digest by the algorithm's hash. */
  DIGEST,
  /** ML-DSA's external mu. */
  EXTERNAL_MU
}
