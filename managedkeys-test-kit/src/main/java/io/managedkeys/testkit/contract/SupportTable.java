package io.managedkeys.testkit.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Writes the support table from what the contract and the vector tests proved. Run at the end of a
 * complete test run: {@code SupportTable ROOT OUTPUT}, where ROOT holds the modules. The same rows give
 * the same bytes.
 */
public final class SupportTable {

  private final Map<String, SupportRow> rows = new TreeMap<>();
  private final Map<String, VectorCount> vectors = new TreeMap<>();

  private SupportTable() {}

  /**
   * Reads the rows of all modules and writes the table.
   *
   * @param args the folder of the modules, and the file to write
   * @throws IOException if a file can't be read or written
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: SupportTable ROOT OUTPUT");
      System.exit(2);
    }
    SupportTable table = new SupportTable();
    table.readAll(Path.of(args[0]));
    if (table.rows.isEmpty()) {
      System.err.println("no module has rows of the contract in target/contract");
      System.exit(1);
    }
    Path output = Path.of(args[1]);
    Files.writeString(output, table.text(), StandardCharsets.UTF_8);
    System.out.println(
        output + ": " + table.rows.size() + " rows, " + table.vectors.size() + " vector files");
  }

  private void readAll(Path root) throws IOException {
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path module : modules) {
        for (Path file : files(module.resolve("target/contract"))) {
          SupportRow.read(file).forEach(this::add);
        }
        for (Path file : files(module.resolve("target/vectors"))) {
          VectorCount.read(file).forEach(this::add);
        }
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.tsv")) {
        found.forEach(files::add);
      }
    }
    return files.stream().sorted().toList();
  }

  /** Runs on several JDKs prove together; the one with more witnesses says how. */
  private void add(SupportRow row) {
    rows.merge(
        String.join(
            "\t", row.backend(), row.server(), row.operation(), row.algorithm(), row.keyType()),
        row,
        (one, other) -> better(one, other) ? one : other);
  }

  private static boolean better(SupportRow one, SupportRow other) {
    if (!one.outcome().equals(other.outcome())) {
      return one.outcome().equals(SupportRow.WORKS);
    }
    int byLength = Integer.compare(one.detail().length(), other.detail().length());
    return byLength != 0 ? byLength > 0 : one.detail().compareTo(other.detail()) >= 0;
  }

  private void add(VectorCount count) {
    vectors.merge(
        count.file() + "\t" + count.what(),
        count,
        (one, other) ->
            one.valid() + one.invalid() >= other.valid() + other.invalid() ? one : other);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # What works, as the tests proved it

        Written by a complete run of `bin/test` from what the contract of `managedkeys-test-kit` proved; not edited by hand. Every line was run against the server named: the operation worked, its result was cross-checked by the witnesses named, and wrong input was refused by a typed exception. What is not here is not claimed.

        """);
    for (String backend : values(rows.values(), SupportRow::backend)) {
      backend(text, backend);
    }
    if (!vectors.isEmpty()) {
      vectors(text);
    }
    return text.toString();
  }

  private void backend(StringBuilder text, String backend) {
    text.append("## ").append(backend).append("\n\n");
    List<SupportRow> own =
        rows.values().stream().filter(row -> row.backend().equals(backend)).toList();
    for (String server : values(own, SupportRow::server)) {
      List<SupportRow> here = own.stream().filter(row -> row.server().equals(server)).toList();
      text.append("### ").append(backend).append(" on ").append(server).append("\n\n");
      table(
          text,
          "| operation | algorithm | key types | proof |",
          here.stream().filter(row -> row.outcome().equals(SupportRow.WORKS)).toList());
      List<SupportRow> refused =
          here.stream().filter(row -> row.outcome().equals(SupportRow.REFUSED)).toList();
      if (!refused.isEmpty()) {
        text.append("Lacking, and refused by type:\n\n");
        table(text, "| operation | algorithm | key types | evidence |", refused);
      }
    }
  }

  /** One line for each operation, algorithm and proof, with the key types that share them. */
  private static void table(StringBuilder text, String head, List<SupportRow> rows) {
    text.append(head).append("\n|---|---|---|---|\n");
    Map<String, TreeSet<String>> types = new TreeMap<>();
    for (SupportRow row : rows) {
      String line =
          cell(row.operation()) + "\t" + cell(row.algorithm()) + "\t" + cell(row.detail());
      types.computeIfAbsent(line, unused -> new TreeSet<>()).add(row.keyType());
    }
    types.forEach(
        (line, names) -> {
          String[] parts = line.split("\t", -1);
          text.append("| ")
              .append(String.join(" | ", parts[0], parts[1], String.join(", ", names), parts[2]))
              .append(" |\n");
        });
    text.append('\n');
  }

  private void vectors(StringBuilder text) {
    text.append("## Wycheproof\n\n");
    text.append(
        "Project Wycheproof's vectors for what is verified, decrypted, unwrapped or agreed in this"
            + " process. \"Outside\" are vectors of a form that is refused by contract (another nonce"
            + " or tag length, a truncated code), and was.\n\n");
    text.append(
        "| file | what | valid | invalid | acceptable | outside |\n|---|---|---|---|---|---|\n");
    for (VectorCount count : vectors.values()) {
      text.append("| ")
          .append(
              String.join(
                  " | ",
                  cell(count.file()),
                  cell(count.what()),
                  Integer.toString(count.valid()),
                  Integer.toString(count.invalid()),
                  Integer.toString(count.acceptable()),
                  Integer.toString(count.outside())))
          .append(" |\n");
    }
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static Collection<String> values(
      Collection<SupportRow> rows, Function<SupportRow, String> part) {
    TreeSet<String> values = new TreeSet<>();
    rows.forEach(row -> values.add(part.apply(row)));
    return values;
  }
}
