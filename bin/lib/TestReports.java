import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Reads the test reports that Surefire and Failsafe wrote, counts them, and refuses a skipped test
 * that nobody declared.
 *
 * <p>Run as {@code java TestReports.java (strict|lenient) ROOT DECLARATIONS}. Reports are the files
 * {@code ROOT/MODULE/target/surefire-reports*}{@code /TEST-*.xml}; each such folder name is one run
 * (one JDK). A skip is declared when its message holds {@code [id]} for an id of the properties file
 * DECLARATIONS, or when the same test passed in another run. Exit code 1: a failed test, no test at
 * all, or in strict mode an undeclared skip.
 */
final class TestReports {
  private record Case(String run, String module, String test, String type, String message) {
    String what() {
      return module + " " + test + " (" + run + ")";
    }
  }

  private int passed;
  private final List<Case> failed = new ArrayList<>();
  private final List<Case> skipped = new ArrayList<>();
  private final Set<String> passedNames = new HashSet<>();
  private final Set<String> passedClasses = new HashSet<>();
  private final Map<String, int[]> byRun = new TreeMap<>();

  public static void main(String[] args) throws Exception {
    if (args.length != 3 || !(args[0].equals("strict") || args[0].equals("lenient"))) {
      System.err.println("usage: TestReports (strict|lenient) ROOT DECLARATIONS");
      System.exit(2);
    }
    TestReports reports = new TestReports();
    reports.readAll(Path.of(args[1]));
    System.exit(reports.judge(args[0].equals("strict"), declarations(Path.of(args[2]))) ? 0 : 1);
  }

  private static Properties declarations(Path file) throws IOException {
    Properties declared = new Properties();
    if (Files.exists(file)) {
      try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        declared.load(in);
      }
    }
    return declared;
  }

  private void readAll(Path root) throws Exception {
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path module : modules) {
        Path target = module.resolve("target");
        if (!Files.isDirectory(target)) {
          continue;
        }
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(target, "surefire-reports*")) {
          for (Path run : runs) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "TEST-*.xml")) {
              for (Path file : files) {
                read(run.getFileName().toString(), module.getFileName().toString(), file);
              }
            }
          }
        }
      }
    }
  }

  private void read(String run, String module, Path file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element suite = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    int[] counts = byRun.computeIfAbsent(run, name -> new int[3]);
    for (Element testCase : children(suite, "testcase")) {
      String owner = testCase.getAttribute("classname");
      String test = owner + "#" + testCase.getAttribute("name");
      Element skip = first(testCase, "skipped");
      Element bad = first(testCase, "failure");
      bad = bad == null ? first(testCase, "error") : bad;
      if (bad != null) {
        counts[1]++;
        failed.add(new Case(run, module, test, bad.getAttribute("type"), bad.getAttribute("message")));
      } else if (skip != null) {
        counts[2]++;
        String message = skip.getAttribute("message");
        message = message.isEmpty() ? skip.getTextContent().strip() : message;
        message = message.lines().findFirst().orElse("");
        skipped.add(new Case(run, module, test, skip.getAttribute("type"), message));
      } else {
        counts[0]++;
        passed++;
        passedNames.add(module + " " + test);
        passedClasses.add(module + " " + owner);
      }
    }
  }

  private boolean judge(boolean strict, Properties declared) {
    boolean good = true;
    Set<String> used = new TreeSet<>();
    List<Case> undeclared = new ArrayList<>();
    for (Case skip : skipped) {
      Set<String> ids = new TreeSet<>(declared.stringPropertyNames());
      ids.removeIf(id -> !skip.message().contains("[" + id + "]"));
      used.addAll(ids);
      if (ids.isEmpty() && !passedInAnotherRun(skip)) {
        undeclared.add(skip);
      }
    }
    for (String id : used) {
      System.out.println("not here: " + id + ": " + declared.getProperty(id));
    }
    for (Case skip : undeclared) {
      System.out.println((strict ? "undeclared skip: " : "skipped: ") + skip.what() + ": " + skip.message());
    }
    for (Case failure : failed) {
      System.out.println("failed: " + failure.what() + ": " + failure.type());
    }
    if (strict && !undeclared.isEmpty()) {
      System.out.println(
          undeclared.size()
              + " tests were skipped for a reason that .ci/unavailable.properties does not declare:"
              + " install what they need (bin/lib/install.d), or declare it with its proof.");
      good = false;
    }
    if (!failed.isEmpty()) {
      good = false;
    }
    if (passed == 0) {
      System.out.println("no test passed: are there reports?");
      good = false;
    }
    byRun.forEach(
        (run, counts) ->
            System.out.printf(
                "%s: %d passed, %d failed, %d skipped%n", run, counts[0], counts[1], counts[2]));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n", passed, failed.size(), skipped.size());
    return good;
  }

  private boolean passedInAnotherRun(Case skip) {
    String name = skip.module() + " " + skip.test();
    // A class skipped as a whole is reported as one case without a method's name.
    boolean wholeClass = name.endsWith("#");
    return wholeClass
        ? passedClasses.contains(name.substring(0, name.length() - 1))
        : passedNames.contains(name);
  }

  private static Element first(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.get(0);
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
