package io.managedkeys.pkcs11.cryptoki;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A way from Java into a PKCS#11 module, found by {@link java.util.ServiceLoader}. Stateless and
 * thread-safe.
 */
public interface CryptokiBinding {

  /**
   * The name by which configuration chooses it.
   *
   * @return {@code jni} or {@code ffm}
   */
  String name();

  /**
   * Which binding is taken when configuration leaves it open.
   *
   * @return the highest that is available wins
   */
  int preference();

  /**
   * Whether this JVM can use it.
   *
   * @return null if so, else why not and what to do
   */
  @Nullable String unavailable();

  /**
   * Whether it must ask the module for the length of an answer before it fetches the answer, which
   * costs one more Cryptoki call for each operation.
   *
   * @return true if so
   */
  boolean asksLengthFirst();

  /**
   * Loads a module. Called once for each real path in a process; the module is never unloaded.
   *
   * @param library the shared library, already found to be a PKCS#11 module of this architecture
   * @return the module, not initialised
   * @throws IOException if it can't be loaded
   */
  Cryptoki load(Path library) throws IOException;
}
