package io.managedkeys.testkit.gcpkms;

import org.jspecify.annotations.Nullable;

/**
 * When a fault strikes. Calls are counted from the moment the fault is added, over the method it
 * names or over all methods.
 *
 * @param method a method of KeyManagementService, such as {@code AsymmetricSign}; null for all
 * @param first the first call that is struck, from 1
 * @param times how many calls are struck at most
 * @param percent how many of a hundred calls from the first on are struck, by a seeded generator
 * @param seed the generator's seed: the same calls in the same order are struck again
 */
public record FaultTrigger(@Nullable String method, int first, int times, int percent, long seed) {
  /**
   * Checks the numbers.
   *
   * @param method a method of KeyManagementService; null for all
   * @param first the first call that is struck, from 1
   * @param times how many calls are struck at most
   * @param percent how many of a hundred calls from the first on are struck
   * @param seed the generator's seed
   * @throws IllegalArgumentException if a number is out of its range
   */
  public FaultTrigger {
    if (first < 1 || times < 1 || percent < 1 || percent > 100) {
      throw new IllegalArgumentException(
          "first and times count from 1, percent lies between 1 and 100");
    }
  }

  /**
   * Every call of every method.
   *
   * @return the trigger
   */
  public static FaultTrigger always() {
    return new FaultTrigger(null, 1, Integer.MAX_VALUE, 100, 0);
  }

  /**
   * Every call of one method.
   *
   * @param method a method of KeyManagementService, such as {@code MacSign}
   * @return the trigger
   */
  public static FaultTrigger on(String method) {
    return new FaultTrigger(method, 1, Integer.MAX_VALUE, 100, 0);
  }

  /**
   * Only one call.
   *
   * @param n its number, from 1
   * @return the trigger
   */
  public FaultTrigger nth(int n) {
    return new FaultTrigger(method, n, 1, percent, seed);
  }

  /**
   * At most so many calls.
   *
   * @param limit how many
   * @return the trigger
   */
  public FaultTrigger times(int limit) {
    return new FaultTrigger(method, first, limit, percent, seed);
  }

  /**
   * Not all calls: this percentage of them, the same ones for the same seed.
   *
   * @param share how many of a hundred
   * @param generatorSeed the seed
   * @return the trigger
   */
  public FaultTrigger percent(int share, long generatorSeed) {
    return new FaultTrigger(method, first, times, share, generatorSeed);
  }
}
