package io.managedkeys.spi;

import io.managedkeys.DataKey;
import org.jspecify.annotations.Nullable;

/** Makes data keys in the service, wrapped by the key. */
public interface DataKeys {

  /**
   * Makes a data key.
   *
   * @param length its length in bytes
   * @param aad associated data bound to the wrapped form, or null
   * @param context the call
   * @return the key in the clear and wrapped, the latter as {@link SecretEncrypting#decrypt} takes it
   */
  DataKey generateDataKey(int length, byte @Nullable [] aad, CallContext context);

  /**
   * Makes a data key of which only the wrapped form leaves the service.
   *
   * @param length its length in bytes
   * @param aad associated data bound to the wrapped form, or null
   * @param context the call
   * @return the wrapped key
   */
  byte[] generateDataKeyWithoutPlaintext(int length, byte @Nullable [] aad, CallContext context);
}
