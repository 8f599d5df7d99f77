package io.managedkeys.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How many test vectors of one file passed, for the support table.
 *
 * @param file the file's name
 * @param what what was done with them, and by which part of the library
 * @param valid vectors that had to be accepted and were
 * @param invalid vectors that had to be refused and were
 * @param acceptable vectors that may be either
 * @param outside vectors of a form that the library refuses by contract, and did
 */
public record VectorCount(
    String file, String what, int valid, int invalid, int acceptable, int outside) {

  private static final String FOLDER = "target/vectors";

  /**
   * Checks the parts.
   *
   * @param file the file's name
   * @param what what was done with them, and by which part of the library
   * @param valid vectors that had to be accepted and were
   * @param invalid vectors that had to be refused and were
   * @param acceptable vectors that may be either
   * @param outside vectors of a form that the library refuses by contract, and did
   * @throws IllegalArgumentException if nothing was counted
   */
  public VectorCount {
    if (valid + invalid + acceptable + outside == 0) {
      throw new IllegalArgumentException("no vector of " + file + " was run");
    }
  }

  /**
   * Writes the counts of a test class to {@code target/vectors}, from where {@link SupportTable} reads
   * them.
   *
   * @param test the class
   * @param counts its counts
   */
  public static void write(Class<?> test, Collection<VectorCount> counts) {
    List<String> lines = new ArrayList<>();
    for (VectorCount count : counts) {
      lines.add(
          String.join(
              "\t",
              count.file,
              count.what,
              Integer.toString(count.valid),
              Integer.toString(count.invalid),
              Integer.toString(count.acceptable),
              Integer.toString(count.outside)));
    }
    try {
      Path folder = Files.createDirectories(Path.of(FOLDER));
      Files.write(
          folder.resolve(test.getName() + "-jdk" + Runtime.version().feature() + ".tsv"),
          lines,
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the counts of vectors can't be written", e);
    }
  }

  static List<VectorCount> read(Path file) {
    List<VectorCount> counts = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] parts = line.split("\t", -1);
        counts.add(
            new VectorCount(
                parts[0],
                parts[1],
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5])));
      }
      return counts;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }
}
