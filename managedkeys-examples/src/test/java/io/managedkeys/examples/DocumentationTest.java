package io.managedkeys.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The documents that are made from code say what the code says. */
class DocumentationTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void theConfigurationReferenceIsWhatTheSchemasSay() throws Exception {
    assertThat(Files.readString(ROOT.resolve("docs/configuration.md")))
        .as("docs/configuration.md; write it anew with bin/document")
        .isEqualTo(ConfigurationReference.text());
  }
}
