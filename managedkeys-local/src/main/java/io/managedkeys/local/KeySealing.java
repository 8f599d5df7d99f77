package io.managedkeys.local;

/** Seals the material of keys for a store, bound to what the key is called and what it is. */
interface KeySealing {

  /**
   * Seals material.
   *
   * @param identity the key's
   * @param material raw for secret keys, PKCS #8 for private keys; not kept
   * @return the sealed form
   */
  byte[] seal(KeyEntry.Identity identity, byte[] material);

  /**
   * Opens what was sealed.
   *
   * @param identity the key's
   * @param sealed the sealed form
   * @return the material, which the caller wipes
   * @throws DamagedKeyFileException if it was not sealed for this key by this store
   */
  byte[] open(KeyEntry.Identity identity, byte[] sealed);
}
