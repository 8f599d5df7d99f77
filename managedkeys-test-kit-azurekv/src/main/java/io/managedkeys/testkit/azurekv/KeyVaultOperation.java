package io.managedkeys.testkit.azurekv;

/** What a request asks of the server; names requests in {@link Requests} and in {@link Fault}. */
public enum KeyVaultOperation {
  /** {@code POST /keys/{name}/create}. */
  CREATE,
  /** {@code PUT /keys/{name}}. */
  IMPORT,
  /** {@code POST /keys/{name}/rotate}. */
  ROTATE,
  /** {@code GET /keys/{name}/{version}}. */
  GET,
  /** {@code PATCH /keys/{name}/{version}}. */
  UPDATE,
  /** {@code DELETE /keys/{name}}. */
  DELETE,
  /** {@code GET /keys}. */
  LIST,
  /** {@code GET /keys/{name}/versions}. */
  LIST_VERSIONS,
  /** {@code GET /deletedkeys}. */
  LIST_DELETED,
  /** {@code GET /deletedkeys/{name}}. */
  GET_DELETED,
  /** {@code POST /deletedkeys/{name}/recover}. */
  RECOVER,
  /** {@code DELETE /deletedkeys/{name}}. */
  PURGE,
  /** {@code POST /keys/{name}/backup}. */
  BACKUP,
  /** {@code POST /keys/restore}. */
  RESTORE,
  /** {@code POST /keys/{name}/{version}/sign}. */
  SIGN,
  /** {@code POST /keys/{name}/{version}/verify}. */
  VERIFY,
  /** {@code POST /keys/{name}/{version}/encrypt}. */
  ENCRYPT,
  /** {@code POST /keys/{name}/{version}/decrypt}. */
  DECRYPT,
  /** {@code POST /keys/{name}/{version}/wrapkey}. */
  WRAP_KEY,
  /** {@code POST /keys/{name}/{version}/unwrapkey}. */
  UNWRAP_KEY,
  /** {@code POST /rng}, on a Managed HSM only. */
  RANDOM,
  /** {@code GET /certificates/{name}/{version}}. */
  GET_CERTIFICATE,
  /** {@code GET /secrets/{name}/{version}}. */
  GET_SECRET,
  /** A request for a token, from a client secret, an assertion or a managed identity. */
  TOKEN,
  /** Any request without a valid token: answered with 401 and the challenge, and not carried out. */
  CHALLENGE,
  /** Anything else: answered with 400 or 404. */
  UNKNOWN
}
