package io.managedkeys;

/**
 * What is to be signed, said by type: the message itself, its digest, or for ML-DSA the external
 * {@code mu}. The arrays are not copied; they must not change while a call runs.
 */
public sealed interface Message {

  /**
   * The message itself.
   *
   * @param bytes the message
   */
  record Raw(byte[] bytes) implements Message {
    @Override
    public String toString() {
      return "message of " + bytes.length + " bytes";
    }
  }

  /**
   * The digest of the message.
   *
   * @param hash the function that made it
   * @param bytes the digest, as long as the function says
   */
  record Digest(HashAlgorithm hash, byte[] bytes) implements Message {

    /**
     * Checks and copies the parts.
     *
     * @param hash the function that made it
     * @param bytes the digest, as long as the function says
     * @throws InvalidInputException if the digest is not as long as the function says
     */
    public Digest {
      if (bytes.length != hash.length()) {
        throw new InvalidInputException(
            "a "
                + hash.name()
                + " digest has "
                + hash.length()
                + " bytes, not "
                + bytes.length
                + "; pass the digest itself, or Message.of(...) with the whole message");
      }
    }

    @Override
    public String toString() {
      return hash.name() + " digest";
    }
  }

  /**
   * The message representative of ML-DSA made outside (FIPS 204, algorithm 7, line 6).
   *
   * @param bytes 64 bytes
   */
  record ExternalMu(byte[] bytes) implements Message {

    /**
     * Checks and copies the parts.
     *
     * @param bytes 64 bytes
     * @throws InvalidInputException if it is not 64 bytes
     */
    public ExternalMu {
      if (bytes.length != 64) {
        throw new InvalidInputException("an external mu has 64 bytes, not " + bytes.length);
      }
    }

    @Override
    public String toString() {
      return "external mu";
    }
  }

  /**
   * The bytes, whatever they are.
   *
   * @return the bytes, not copied
   */
  byte[] bytes();

  /**
   * The message itself.
   *
   * @param message the whole message
   * @return the message
   */
  static Message of(byte[] message) {
    return new Raw(message);
  }

  /**
   * A digest made by the caller.
   *
   * @param hash the function that made it
   * @param digest the digest
   * @return the message
   * @throws InvalidInputException if the digest is not as long as the function says
   */
  static Message digest(HashAlgorithm hash, byte[] digest) {
    return new Digest(hash, digest);
  }

  /**
   * ML-DSA's message representative made by the caller.
   *
   * @param mu 64 bytes
   * @return the message
   * @throws InvalidInputException if it is not 64 bytes
   */
  static Message externalMu(byte[] mu) {
    return new ExternalMu(mu);
  }
}
