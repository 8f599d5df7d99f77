package io.managedkeys.testkit.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a backend or its server lacks, each with the evidence. The contract asks for it all the same: it
 * must be refused by a typed exception, and what works although it is declared as lacking fails the
 * test, so that a declaration can't outlive its reason.
 *
 * <p>A limit names one or more of: a key type ({@code EC-P521}), its family ({@code EC}), an operation
 * ({@code sign}, {@code encrypt} with decrypt, {@code wrap} with unwrap, {@code wrap-key},
 * {@code mac}, {@code agree}, {@code random}, {@code data-key}, {@code generate}, {@code import}, {@code
 * disable}, {@code rotate}, {@code certificate-chain}, {@code digest} for a caller's own digest, {@code odd-length}
 * for wrapping what is no multiple of 8 bytes) and an
 * algorithm ({@code RSA_PSS_SHA512}) or the beginning of its name followed by {@code *}. It holds where
 * all of them do.
 */
public final class Limits {

  private record Limit(Set<String> what, String evidence) {}

  private final List<Limit> limits;

  private Limits(List<Limit> limits) {
    this.limits = List.copyOf(limits);
  }

  /**
   * No limits: the backend does everything that its key types can do here.
   *
   * @return the limits
   */
  public static Limits none() {
    return new Limits(List.of());
  }

  /**
   * Adds a limit.
   *
   * @param what what is lacking, separated by blanks: {@code EC-P521 ECDSA_SHA1}
   * @param evidence why, such as the service's documentation or the error code that came back
   * @return all the limits
   * @throws IllegalArgumentException if either is blank
   */
  public Limits lacks(String what, String evidence) {
    if (what.isBlank() || evidence.isBlank()) {
      throw new IllegalArgumentException("a limit needs what is lacking and its evidence");
    }
    List<Limit> more = new ArrayList<>(limits);
    more.add(new Limit(Set.of(what.trim().split(" +")), evidence));
    return new Limits(more);
  }

  /** The evidence of the first limit whose words are all among these. */
  Optional<String> evidence(String... words) {
    Set<String> given = new HashSet<>(Arrays.asList(words));
    return limits.stream()
        .filter(limit -> limit.what().stream().allMatch(word -> isAmong(given, word)))
        .map(Limit::evidence)
        .findFirst();
  }

  private static boolean isAmong(Set<String> given, String word) {
    if (!word.endsWith("*")) {
      return given.contains(word);
    }
    String start = word.substring(0, word.length() - 1);
    return given.stream().anyMatch(candidate -> candidate.startsWith(start));
  }
}
