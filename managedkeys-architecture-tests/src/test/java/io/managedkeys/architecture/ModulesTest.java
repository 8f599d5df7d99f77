package io.managedkeys.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The reactor, the bill of materials and these rules speak of the same modules. */
class ModulesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theBillOfMaterialsNamesEveryPublishedModule() throws Exception {
    Set<String> named = new TreeSet<>();
    NodeList dependencies =
        parse(ROOT.resolve("managedkeys-bom/pom.xml")).getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      named.addAll(texts((Element) dependencies.item(i), "artifactId"));
    }
    assertThat(named).isEqualTo(published());
  }

  @Test
  void theRulesSeeEveryModuleOfTheHouse() throws Exception {
    Set<String> expected =
        reactor().stream().filter(House.ARROWS::containsKey).collect(Collectors.toSet());
    if (Runtime.version().feature() < 22) {
      expected.remove("managedkeys-pkcs11-ffm");
    }
    assertThat(House.modules()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyPublishedModuleHasItsPlaceInTheHouse() throws Exception {
    Set<String> strangers = published();
    strangers.removeAll(House.ARROWS.keySet());
    strangers.removeIf(module -> module.startsWith("managedkeys-test-kit"));
    assertThat(strangers).isEmpty();
  }

  /** The jar modules that are not kept from being deployed. */
  private static Set<String> published() throws Exception {
    Set<String> published = new TreeSet<>();
    for (String module : reactor()) {
      Document pom = parse(ROOT.resolve(module).resolve("pom.xml"));
      boolean isPom = texts(pom, "packaging").contains("pom");
      if (!isPom && !texts(pom, "maven.deploy.skip").contains("true")) {
        published.add(module);
      }
    }
    return published;
  }

  /** The modules of the root pom, those of its profiles too. */
  private static Set<String> reactor() throws Exception {
    return new TreeSet<>(texts(parse(ROOT.resolve("pom.xml")), "module"));
  }

  private static Document parse(Path file) throws Exception {
    assertThat(Files.exists(file)).as("%s exists", file).isTrue();
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(file.toFile());
  }

  private static List<String> texts(Document document, String tag) {
    return texts(document.getDocumentElement(), tag);
  }

  private static List<String> texts(Element element, String tag) {
    List<String> found = new ArrayList<>();
    NodeList nodes = element.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add(nodes.item(i).getTextContent().strip());
    }
    return found;
  }
}
