package io.managedkeys.registry;

/**
 * Sees every authorised call, for metrics and tracing. Called in the caller's thread, between
 * authorisation and circuit; must call {@code proceed} exactly once and let its exception through.
 */
@FunctionalInterface
public interface CallInterceptor {

  /** The rest of the chain. */
  @FunctionalInterface
  interface Rest {
    /** Goes on with the call. */
    void proceed();
  }

  /**
   * Sees one call.
   *
   * @param call the call
   * @param rest the rest of the chain
   */
  void intercept(Call call, Rest rest);
}
