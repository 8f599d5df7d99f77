package io.managedkeys.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.managedkeys.KeyRef;
import io.managedkeys.KeyType;
import io.managedkeys.ManagedKey;
import io.managedkeys.Namespace;
import io.managedkeys.SignatureAlgorithm;
import io.managedkeys.UsageDeniedException;
import io.managedkeys.registry.ManagedKeys;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ObservedCallsTest {

  private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();
  private final ObservationRegistry registry = ObservationRegistry.create();

  private ManagedKeys open() {
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<Observation.Context>() {
              @Override
              public void onStop(Observation.Context context) {
                stopped.add(context);
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }
            });
    ManagedKeys keys =
        ManagedKeys.builder()
            .interceptor(new ObservedCalls(registry))
            .backend("dev", "local", Map.of())
            .key("dev:root", Map.of("allow-generate-key", "true"))
            .open();
    keys.registry().generate(Namespace.ROOT, KeyRef.parse("dev:root"), KeyType.EC_P256);
    return keys;
  }

  @Test
  void everyCallIsAnObservationWithItsTags() {
    try (ManagedKeys keys = open()) {
      ManagedKey key = keys.key("dev:root");
      byte[] data = {1, 2, 3};
      byte[] signature = key.sign(SignatureAlgorithm.ECDSA_SHA256, data);
      assertThat(key.verify(SignatureAlgorithm.ECDSA_SHA256, data, signature)).isTrue();
    }
    assertThat(stopped)
        .extracting(context -> tag(context, "operation"))
        .containsExactly("sign", "verify");
    Observation.Context sign = stopped.get(0);
    assertThat(sign.getName()).isEqualTo("managedkeys.call");
    assertThat(tag(sign, "backend")).isEqualTo("dev");
    assertThat(tag(sign, "backend.type")).isEqualTo("local");
    assertThat(tag(sign, "algorithm")).isEqualTo("ECDSA_SHA256");
    assertThat(sign.getHighCardinalityKeyValue("key").getValue()).isEqualTo("dev:root");
    assertThat(sign.getError()).isNull();
  }

  @Test
  void aFailureIsTheObservationsError() {
    try (ManagedKeys keys = open()) {
      ManagedKey key = keys.key("dev:root");
      assertThatThrownBy(() -> key.sign(SignatureAlgorithm.ECDSA_NONE, new byte[32]))
          .isInstanceOf(UsageDeniedException.class);
    }
    assertThat(stopped).hasSize(1);
    assertThat(stopped.get(0).getError()).isInstanceOf(UsageDeniedException.class);
  }

  private static String tag(Observation.Context context, String name) {
    return context.getLowCardinalityKeyValue(name).getValue();
  }
}
