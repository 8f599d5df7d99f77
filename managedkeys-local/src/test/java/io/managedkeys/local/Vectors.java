package io.managedkeys.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.managedkeys.testkit.contract.VectorCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * One file of Project Wycheproof's test vectors. They are not part of the repository: they are looked
 * for in the folder that the system property {@code managedkeys.wycheproof} names, else beside the
 * repository in {@code shared/wycheproof}.
 */
final class Vectors {

  /** What became of one vector. */
  enum Outcome {
    ACCEPTED,
    REFUSED,
    /** Of a form that the library refuses by contract, and it did. */
    OUTSIDE
  }

  /** Runs one vector. */
  @FunctionalInterface
  interface Trial {
    Outcome run(JsonNode group, JsonNode test) throws Exception;
  }

  private final String file;
  private final JsonNode root;

  private Vectors(String file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static Vectors of(String file) throws IOException {
    String named = System.getProperty("managedkeys.wycheproof");
    Path folder = Path.of(named == null ? "../../shared/wycheproof" : named);
    Path path = folder.resolve(file);
    Assumptions.assumeTrue(
        Files.isRegularFile(path),
        "[wycheproof] "
            + file
            + " is missing: get it from github.com/C2SP/wycheproof and name its folder by"
            + " -Dmanagedkeys.wycheproof=FOLDER");
    return new Vectors(file, new ObjectMapper().readTree(path.toFile()));
  }

  /** Runs all vectors and says what failed; what may be either is counted by itself. */
  VectorCount run(String what, Trial trial) throws Exception {
    int valid = 0;
    int invalid = 0;
    int acceptable = 0;
    int outside = 0;
    List<String> wrong = new ArrayList<>();
    for (JsonNode group : root.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        String wanted = test.get("result").asText();
        Outcome outcome = trial.run(group, test);
        if (outcome == Outcome.OUTSIDE) {
          outside++;
        } else if (wanted.equals("acceptable")) {
          acceptable++;
        } else if (wanted.equals("valid") && outcome == Outcome.ACCEPTED) {
          valid++;
        } else if (wanted.equals("invalid") && outcome == Outcome.REFUSED) {
          invalid++;
        } else if (wanted.equals("valid") && isRefusedByThisJdk(test)) {
          acceptable++;
        } else {
          wrong.add("#" + test.get("tcId") + " " + wanted + " " + test.get("comment"));
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(file + ": wrong verdict on " + wrong);
    }
    int total = root.get("numberOfTests").asInt();
    if (valid + invalid + acceptable + outside != total || valid == 0 || invalid == 0) {
      throw new AssertionError(file + ": not all vectors were run");
    }
    return new VectorCount(file, what, valid, invalid, acceptable, outside);
  }

  /**
   * JDK 17's SunEC refuses ECDSA signatures whose point has an x coordinate at or above the curve's
   * order, which on P-256 happens once in 2^32 signatures or less. Newer JDKs accept them, as they should.
   */
  private static boolean isRefusedByThisJdk(JsonNode test) {
    String comment = test.get("comment").asText();
    return Runtime.version().feature() < 22
        && (comment.equals("k*G has a large x-coordinate")
            || comment.equals("r = 3, x = n + 3 is the smallest possible x with a reduction"));
  }

  static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asText());
  }
}
