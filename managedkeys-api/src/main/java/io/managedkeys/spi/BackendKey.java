package io.managedkeys.spi;

import io.managedkeys.KeyInfo;
import java.util.Optional;

/**
 * A key bound in an open backend. Thread-safe. What it can do it says by capabilities, one small
 * interface each: {@link Signing}, {@link Verifying}, {@link SecretEncrypting}, {@link Decrypting},
 * {@link WrapBytes}, {@link WrapKey}, {@link Macing}, {@link VerifyMac}, {@link Agreeing}, {@link
 * DataKeys}, {@link ReEncrypting}, {@link CertificateSource}.
 *
 * <p>A backend implements remote primitives only: hashing, the two forms of ECDSA signatures,
 * verification and encryption with a public key, checks of peers' points, nonces and pins are done
 * above it, in the registry.
 */
public interface BackendKey {

  /**
   * What is known of the key. Must not change and must not call the backend.
   *
   * @return the description
   */
  KeyInfo info();

  /**
   * The login epoch or binding of the key's handle. When it changes, the registry verifies the next
   * signature before it releases it (unless that is switched off).
   *
   * @return a number that changes whenever the key was found anew; always 0 for backends whose keys
   *     are addressed by an immutable name
   */
  default long epoch() {
    return 0;
  }

  /**
   * Whether the key's address can never come to mean other material (an ARN, a key version's full
   * name). Then the resolved id is proof enough: no witness is made or asked, which would cost
   * requests. False for what can be deleted and made anew under the same address.
   *
   * @return true if so
   */
  default boolean addressIsImmutable() {
    return false;
  }

  /**
   * An ability of the key. The registry asks once for each key and keeps the answer.
   *
   * @param type the ability
   * @param <C> the ability
   * @return the ability, or empty
   */
  default <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }
}
