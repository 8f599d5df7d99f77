package io.managedkeys.pkcs11.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

/** Which way into a module is taken; these tests run again in the artifact of the other binding. */
class BindingsTest {

  @Test
  void theBestBindingOfThisClassPathIsChosen() {
    assertThat(Bindings.choose(null).name())
        .isEqualTo(System.getProperty("managedkeys.expected.binding", "jni"));
  }

  @Test
  void theJniBindingCanAlwaysBeAskedFor() {
    assertThat(Bindings.choose("jni").name()).isEqualTo("jni");
  }

  @Test
  void anUnknownBindingIsRefusedWithThoseFound() {
    assertThatThrownBy(() -> Bindings.choose("carrier-pigeon"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("binding")
        .hasMessageContaining("jni");
  }
}
