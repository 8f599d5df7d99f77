package io.managedkeys.examples;

/** Prints each step in words; a step that fails ends the program. */
final class Report {

  private int steps;

  void step(String what) {
    steps++;
    System.out.printf("%2d. %s%n", steps, what);
  }

  void require(boolean held, String what) {
    if (!held) {
      throw new IllegalStateException("failed: " + what);
    }
    step(what);
  }

  void note(String what) {
    System.out.println("    " + what);
  }

  void done() {
    System.out.println("Done: " + steps + " steps, all as they should be.");
  }
}
