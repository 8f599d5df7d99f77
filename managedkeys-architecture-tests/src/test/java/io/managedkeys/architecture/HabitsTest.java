package io.managedkeys.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static io.managedkeys.architecture.House.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What no class of the library does. */
class HabitsTest {
  @Test
  void nothingPrintsToTheStandardStreams() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(CLASSES);
    noClasses()
        .should()
        .callMethodWhere(
            target(name("printStackTrace")).and(target(owner(assignableTo(Throwable.class)))))
        .check(CLASSES);
  }

  @Test
  void slf4jIsTheOnlyLogging() {
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(CLASSES);
  }

  /** Types of the JDK that are Serializable, such as exceptions and JCA keys, are not our choice. */
  @Test
  void nothingIsMadeSerializable() {
    noClasses()
        .should(
            be(
                DescribedPredicate.<JavaClass>describe(
                    "declared Serializable",
                    type ->
                        type.getRawInterfaces().stream()
                            .anyMatch(
                                parent ->
                                    parent.getFullName().equals(Serializable.class.getName())))))
        .check(CLASSES);
    noClasses()
        .should()
        .callMethodWhere(target(owner(assignableTo(ObjectOutputStream.class))))
        .orShould()
        .callMethodWhere(target(owner(assignableTo(ObjectInputStream.class))))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(CLASSES).isNotEmpty();
    Set<String> unmarked = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      JavaPackage home = type.getPackage();
      if (!home.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(home.getName());
      }
    }
    assertThat(unmarked).isEmpty();
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(CLASSES);
  }

  @Test
  void aManagedKeyCannotBeSubclassed() {
    classes()
        .that()
        .haveFullyQualifiedName("io.managedkeys.ManagedKey")
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> assignableTo(Class<?> type) {
    return JavaClass.Predicates.assignableTo(type);
  }
}
