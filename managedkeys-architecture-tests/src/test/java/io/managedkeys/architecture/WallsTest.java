package io.managedkeys.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.managedkeys.architecture.House.BACKENDS;
import static io.managedkeys.architecture.House.CLASSES;
import static io.managedkeys.architecture.House.inModules;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may know whom: arrows go down only. */
class WallsTest {
  @Test
  void aModuleKnowsOnlyModulesBelowIt() {
    classes().should(new KnowOnlyModulesBelow()).check(CLASSES);
  }

  @Test
  void noPackageLiesInTwoModules() {
    Map<String, Set<String>> modulesOfPackage = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      House.moduleOf(type)
          .ifPresent(
              module ->
                  modulesOfPackage
                      .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                      .add(module));
    }
    assertThat(modulesOfPackage).isNotEmpty();
    modulesOfPackage.values().removeIf(modules -> modules.size() < 2);
    assertThat(modulesOfPackage).isEmpty();
  }

  @Test
  void theApiKnowsTheJdkSlf4jAndJSpecifyOnly() {
    classes()
        .that(inModules("in the api", Set.of("managedkeys-api")))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "javax..", "org.slf4j..", "org.jspecify..")
                .or(inModules("in the api", Set.of("managedkeys-api"))))
        .check(CLASSES);
  }

  @Test
  void theRegistryKnowsNoBackendsServiceAndNoLibrary() {
    classes()
        .that(inModules("in the registry", Set.of("managedkeys-registry")))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "javax..", "org.slf4j..", "org.jspecify..")
                .or(
                    inModules(
                        "in the api or registry",
                        Set.of("managedkeys-api", "managedkeys-registry"))))
        .check(CLASSES);
  }

  @Test
  void eachServicesSdkIsKnownToItsOwnBackendOnly() {
    Map<String, String[]> sdks = new HashMap<>();
    sdks.put("managedkeys-awskms", new String[] {"software.amazon.."});
    sdks.put("managedkeys-azurekv", new String[] {"com.azure..", "com.microsoft.."});
    sdks.put("managedkeys-gcpkms", new String[] {"com.google..", "io.grpc.."});
    sdks.put("managedkeys-vault", new String[] {"io.github.jopenlibs.."});
    sdks.put("managedkeys-pkcs11", new String[] {"org.xipki..", "iaik.."});
    sdks.forEach(
        (owner, packages) ->
            noClasses()
                .that(not(inModules("in " + owner, Set.of(owner))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(CLASSES));
  }

  @Test
  void onlyPkiKnowsBouncyCastle() {
    noClasses()
        .that(
            not(inModules("in the PKI modules", Set.of("managedkeys-pki", "managedkeys-pki-jdbc"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bouncycastle..")
        .check(CLASSES);
  }

  @Test
  void backendKeysAreTouchedByTheRegistryTheSpiAndTheBackendsOnly() {
    noClasses()
        .that(
            not(
                inModules("in a backend", BACKENDS)
                    .or(resideInAnyPackage("io.managedkeys.registry..", "io.managedkeys.spi.."))))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.managedkeys.spi.BackendKey")
        .check(CLASSES);
  }

  /** Resolves both ends of each dependency to modules, and asks {@link House#ARROWS}. */
  private static final class KnowOnlyModulesBelow extends ArchCondition<JavaClass> {
    KnowOnlyModulesBelow() {
      super("know only modules below their own");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      String module = House.moduleOf(type).orElseThrow();
      Set<String> below = House.ARROWS.getOrDefault(module, Set.of());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        Optional<String> target = House.moduleOf(dependency.getTargetClass());
        if (target.isPresent() && !target.get().equals(module) && !below.contains(target.get())) {
          events.add(
              SimpleConditionEvent.violated(
                  dependency,
                  module + " must not know " + target.get() + ": " + dependency.getDescription()));
        }
      }
    }
  }
}
