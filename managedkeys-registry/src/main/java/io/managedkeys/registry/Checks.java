package io.managedkeys.registry;

import io.managedkeys.Algorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.UsageDeniedException;
import java.util.Collection;

/** Local refusals that every operation shares. */
final class Checks {

  private Checks() {}

  /** Refuses an algorithm that the backend can't do, or can but the entry doesn't permit. */
  static <A extends Algorithm> void requireAlgorithm(
      A algorithm, Collection<A> permitted, Collection<A> possible, BoundKey key) {
    if (permitted.contains(algorithm)) {
      return;
    }
    if (possible.contains(algorithm)) {
      throw new UsageDeniedException(
          "the entry does not permit "
              + algorithm
              + "; it permits "
              + permitted
              + ". Name it in algorithms if that is meant");
    }
    throw new UnsupportedKeyOperationException(
        "backend and key can't do "
            + algorithm
            + " ("
            + key.info().type()
            + "); they can do "
            + permitted);
  }

  static void requireAtMost(int length, int most, String what, String wayOut) {
    if (length > most) {
      throw new InvalidInputException(
          what + " of " + length + " bytes is over the limit of " + most + "; " + wayOut);
    }
  }
}
