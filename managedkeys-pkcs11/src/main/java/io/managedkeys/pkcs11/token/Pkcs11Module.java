package io.managedkeys.pkcs11.token;

import io.managedkeys.BackendUnavailableException;
import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.CryptokiBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PKCS#11 module in this process. There is one for each real path, because the operating system
 * loads a library once and Cryptoki's state (initialised, sessions, logins) is the library's. It is
 * loaded once and never unloaded; initialised when the first backend opens, finalised when the last
 * one closes, and only if it was this library that initialised it.
 *
 * <p>Every call into the module happens between {@link #enter} and {@link #exit}, so that {@code
 * C_Finalize} is called only when no call is inside.
 */
public final class Pkcs11Module {

  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Module.class);
  private static final Map<Path, Pkcs11Module> LOADED = new HashMap<>();

  private final Path library;
  private final CryptokiBinding binding;
  private final Cryptoki cryptoki;
  private final StampedLock gate = new StampedLock();
  private final List<Token> tokens = new ArrayList<>();

  // Guarded by LOADED, and changed only with the gate's write lock held or before any use.
  private @Nullable String parameters;
  private int users;
  private int usersAgainstReinitialization;
  private boolean initializedByUs;

  private volatile boolean initialized;
  // Written only with LOADED held.
  private volatile int generation;

  private Pkcs11Module(Path library, CryptokiBinding binding, Cryptoki cryptoki) {
    this.library = library;
    this.binding = binding;
    this.cryptoki = cryptoki;
  }

  /**
   * How a backend wants its module.
   *
   * @param library the shared library's path
   * @param binding the binding's name, or null for the best
   * @param parameters initialisation parameters in the way of NSS, or null
   * @param mayReinitialize whether the operator allows C_Finalize and C_Initialize as last resort
   */
  public record Settings(
      Path library,
      @Nullable String binding,
      @Nullable String parameters,
      boolean mayReinitialize) {}

  /**
   * Joins the users of a module, loading and initialising it if this is the first one.
   *
   * @param settings how
   * @return the module; {@link #release} ends the use
   * @throws InvalidConfigurationException if it is no PKCS#11 module, or is already in use with other
   *     parameters or another binding
   * @throws BackendUnavailableException if it can't be loaded or initialised
   */
  public static Pkcs11Module acquire(Settings settings) {
    Path real = SharedLibrary.check(settings.library());
    synchronized (LOADED) {
      Pkcs11Module module = LOADED.get(real);
      if (module == null) {
        CryptokiBinding binding = Bindings.choose(settings.binding());
        try {
          module = new Pkcs11Module(real, binding, binding.load(real));
        } catch (IOException e) {
          throw new BackendUnavailableException(
              "the PKCS#11 library " + real + " can't be loaded: " + e.getMessage(), e);
        }
        LOADED.put(real, module);
      } else if (settings.binding() != null && !settings.binding().equals(module.binding.name())) {
        throw new InvalidConfigurationException(
            "binding: the library "
                + real
                + " is already loaded in this process through binding "
                + module.binding.name()
                + "; use the same for all backends on it");
      }
      if (module.users == 0) {
        module.parameters = settings.parameters();
        module.initialize();
      } else if (!Objects.equals(module.parameters, settings.parameters())) {
        throw new InvalidConfigurationException(
            "init-parameters: the library "
                + real
                + " is already initialised in this process with other parameters; they must be the"
                + " same for all backends on it");
      }
      module.users++;
      if (!settings.mayReinitialize()) {
        module.usersAgainstReinitialization++;
      }
      return module;
    }
  }

  /**
   * Leaves the users of the module. The last one finalises it if this library initialised it.
   *
   * @param settings those it was acquired with
   * @param deadline how long to wait for calls inside; if they don't end, the module stays
   *     initialised
   */
  public void release(Settings settings, Deadline deadline) {
    synchronized (LOADED) {
      users--;
      if (!settings.mayReinitialize()) {
        usersAgainstReinitialization--;
      }
      if (users > 0 || !initialized) {
        return;
      }
      long stamp = tryWriteLock(deadline);
      if (stamp == 0) {
        LOG.warn("{}: a call is still inside; C_Finalize is left out", library);
        return;
      }
      try {
        finalizeIfOurs();
      } finally {
        gate.unlockWrite(stamp);
      }
    }
  }

  /** The functions; to be called only between {@link #enter} and {@link #exit}. */
  public Cryptoki cryptoki() {
    return cryptoki;
  }

  /** The binding in use. */
  public CryptokiBinding binding() {
    return binding;
  }

  /** The library's real path. */
  public Path library() {
    return library;
  }

  /** A number that grows with each C_Initialize: handles of an earlier one mean nothing. */
  int generation() {
    return generation;
  }

  /**
   * Announces a call into the module. Not reentrant: a thread inside must not enter again.
   *
   * @param deadline how long to wait while the module is being re-initialised
   * @return a stamp for {@link #exit}
   * @throws BackendUnavailableException if the wait was too long
   */
  public long enter(Deadline deadline) {
    long stamp = gate.tryReadLock();
    if (stamp != 0) {
      return stamp;
    }
    try {
      stamp = gate.tryReadLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted while waiting for " + library, e);
    }
    if (stamp == 0) {
      throw new BackendUnavailableException(
          "the PKCS#11 module "
              + library
              + " is being re-initialised and did not come back in time");
    }
    return stamp;
  }

  /** Ends what {@link #enter} announced. */
  public void exit(long stamp) {
    gate.unlockRead(stamp);
  }

  /** The tokens in use, for {@link Token} to share them; guarded by itself. */
  List<Token> tokens() {
    return tokens;
  }

  /**
   * The last resort: C_Finalize and C_Initialize, with no call inside. Every session, login and
   * handle of everybody in this process who uses the library ends.
   *
   * @param seenGeneration the generation the caller found to be beyond help; if another thread was
   *     faster, nothing is done
   * @param deadline how long to wait for calls inside to end
   * @return whether the module is initialised in a newer generation now
   */
  boolean reinitialize(int seenGeneration, Deadline deadline) {
    synchronized (LOADED) {
      if (generation != seenGeneration && initialized) {
        return true;
      }
      if (users == 0 || usersAgainstReinitialization > 0 || (initialized && !initializedByUs)) {
        return false;
      }
      long stamp = tryWriteLock(deadline);
      if (stamp == 0) {
        return false;
      }
      try {
        finalizeIfOurs();
        initialize();
        LOG.info("{}: re-initialised (C_Finalize, C_Initialize)", library);
        return true;
      } catch (BackendUnavailableException e) {
        LOG.debug("{}: re-initialisation failed: {}", library, e.getMessage());
        return false;
      } finally {
        gate.unlockWrite(stamp);
      }
    }
  }

  private long tryWriteLock(Deadline deadline) {
    try {
      return gate.tryWriteLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private void initialize() {
    try {
      cryptoki.initialize(parameters);
      initializedByUs = true;
    } catch (CkrException e) {
      if (!e.is(Ckr.CRYPTOKI_ALREADY_INITIALIZED)) {
        throw (BackendUnavailableException)
            new BackendUnavailableException(
                    "the PKCS#11 module "
                        + library
                        + " can't be initialised: "
                        + e.getMessage()
                        + (e.is(Ckr.ARGUMENTS_BAD)
                            ? "; NSS softokn demands init-parameters (configdir='sql:...' ...)"
                            : ""),
                    e)
                .service(e.codeName(), null);
      }
      initializedByUs = false;
    } catch (UnsupportedOperationException e) {
      throw new InvalidConfigurationException("init-parameters: " + e.getMessage(), e);
    }
    generation++;
    initialized = true;
  }

  private void finalizeIfOurs() {
    if (initialized && initializedByUs) {
      try {
        cryptoki.finalizeModule();
      } catch (CkrException e) {
        LOG.debug("{}: {}", library, e.getMessage());
      }
    }
    generation++;
    initialized = false;
  }
}
