package io.managedkeys.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One proven line of the support table.
 *
 * @param backend the backend's type
 * @param server the server with its version
 * @param operation such as {@code sign}
 * @param algorithm the algorithm's name, or {@code -}
 * @param keyType the key's type, or {@code -}
 * @param outcome {@code works} or {@code refused}
 * @param detail how it was cross-checked, or the evidence of the limit
 */
record SupportRow(
    String backend,
    String server,
    String operation,
    String algorithm,
    String keyType,
    String outcome,
    String detail) {

  static final String WORKS = "works";
  static final String REFUSED = "refused";

  private String line() {
    return String.join(
        "\t",
        clean(backend),
        clean(server),
        clean(operation),
        clean(algorithm),
        clean(keyType),
        clean(outcome),
        clean(detail));
  }

  private static String clean(String text) {
    return text.replaceAll("[\\t\\r\\n]+", " ");
  }

  /** Writes the rows of one run of the contract, replacing those of an earlier run of the same name. */
  static void write(Path folder, String name, Collection<SupportRow> rows) {
    try {
      Files.createDirectories(folder);
      Path fresh = folder.resolve(name + ".new");
      Files.write(
          fresh, rows.stream().map(SupportRow::line).sorted().toList(), StandardCharsets.UTF_8);
      Files.move(fresh, folder.resolve(name + ".tsv"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the rows of the support table can't be written", e);
    }
  }

  static List<SupportRow> read(Path file) {
    List<SupportRow> rows = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 7) {
          throw new IllegalArgumentException(
              file + " holds a line of " + parts.length + " columns");
        }
        rows.add(
            new SupportRow(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }
}
