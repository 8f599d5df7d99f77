package io.managedkeys.jca;

import java.security.InvalidParameterException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One service of the provider, which makes its engine without reflection and says by the key itself
 * whether it is for it: a handle of a family it serves, and nothing else.
 */
final class EngineService extends Provider.Service {

  /** Makes an engine. */
  @FunctionalInterface
  interface Engine {
    /**
     * A new engine.
     *
     * @param parameter what {@code getInstance} was given besides the name, or null
     */
    Object create(@Nullable Object parameter) throws NoSuchAlgorithmException;
  }

  private final Engine engine;
  private final @Nullable Set<String> families;

  /**
   * A service.
   *
   * @param families the key families it serves; null for a service that takes no key
   */
  EngineService(
      Provider provider,
      String type,
      String algorithm,
      Class<?> engineClass,
      List<String> aliases,
      @Nullable Set<String> families,
      Engine engine) {
    super(provider, type, algorithm, engineClass.getName(), aliases, Map.of());
    this.engine = engine;
    this.families = families;
  }

  @Override
  public Object newInstance(@Nullable Object constructorParameter) throws NoSuchAlgorithmException {
    return engine.create(constructorParameter);
  }

  @Override
  public boolean supportsParameter(@Nullable Object parameter) {
    if (parameter != null && !(parameter instanceof Key)) {
      throw new InvalidParameterException("the parameter must be a key");
    }
    return families != null
        && parameter instanceof KeyHandle handle
        && families.contains(handle.family());
  }
}
