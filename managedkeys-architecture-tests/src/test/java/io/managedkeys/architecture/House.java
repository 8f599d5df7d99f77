package io.managedkeys.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The modules as they lie on the class path: which there are, and which class is in which. */
final class House {
  /**
   * What each module may know of the others: arrows go down only. A module that is absent here may
   * know none, and a module that is on the class path must be here.
   */
  static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("managedkeys-api", Set.of()),
          Map.entry("managedkeys-registry", Set.of("managedkeys-api")),
          Map.entry("managedkeys-local", Set.of("managedkeys-api")),
          Map.entry("managedkeys-pkcs11", Set.of("managedkeys-api")),
          // Not a backend: the second binding of the PKCS#11 backend to Cryptoki.
          Map.entry("managedkeys-pkcs11-ffm", Set.of("managedkeys-api", "managedkeys-pkcs11")),
          Map.entry("managedkeys-awskms", Set.of("managedkeys-api")),
          Map.entry("managedkeys-azurekv", Set.of("managedkeys-api")),
          Map.entry("managedkeys-gcpkms", Set.of("managedkeys-api")),
          Map.entry("managedkeys-vault", Set.of("managedkeys-api")),
          Map.entry("managedkeys-jca", Set.of("managedkeys-api", "managedkeys-registry")),
          Map.entry("managedkeys-pki", Set.of("managedkeys-api", "managedkeys-registry")),
          Map.entry("managedkeys-transit", Set.of("managedkeys-api", "managedkeys-registry")),
          Map.entry("managedkeys-micrometer", Set.of("managedkeys-api", "managedkeys-registry")),
          Map.entry("managedkeys-registry-jdbc", Set.of("managedkeys-api", "managedkeys-registry")),
          Map.entry(
              "managedkeys-pki-jdbc",
              Set.of("managedkeys-api", "managedkeys-registry", "managedkeys-pki")),
          Map.entry(
              "managedkeys-transit-jdbc",
              Set.of("managedkeys-api", "managedkeys-registry", "managedkeys-transit")));

  /** The modules that implement the SPI. */
  static final Set<String> BACKENDS =
      Set.of(
          "managedkeys-local",
          "managedkeys-pkcs11",
          "managedkeys-pkcs11-ffm",
          "managedkeys-awskms",
          "managedkeys-azurekv",
          "managedkeys-gcpkms",
          "managedkeys-vault");

  /** A class file's place: MODULE/target/classes, or a jar named MODULE-VERSION.jar. */
  private static final Pattern PLACE =
      Pattern.compile("/(managedkeys(?:-[a-z0-9]+)+)(?:/target[^/]*/|-[0-9][^/]*\\.jar!)");

  /** Every class of ours on the class path, without tests. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> PLACE.matcher(location.asURI().toString()).find())
          .importPackages("io.managedkeys");

  private House() {}

  /** The module that a class lies in, or empty for one that is none of ours. */
  static Optional<String> moduleOf(JavaClass type) {
    return type.getBaseComponentType()
        .getSource()
        .map(source -> PLACE.matcher(source.getUri().toString()))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1));
  }

  /** The modules that are on the class path. */
  static Set<String> modules() {
    Set<String> modules = new TreeSet<>();
    CLASSES.forEach(type -> moduleOf(type).ifPresent(modules::add));
    return modules;
  }

  static DescribedPredicate<JavaClass> inModules(String description, Set<String> modules) {
    return DescribedPredicate.describe(
        description, type -> moduleOf(type).filter(modules::contains).isPresent());
  }
}
