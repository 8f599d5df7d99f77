package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.jca.ManagedKeysProvider;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS of the JDK, server and client with managed keys. */
@ExtendWith(BackendFixture.Lifecycle.class)
class JsseTest {

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (Position position : Position.values()) {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
          for (String key : List.of("rsa", "ec", "ed")) {
            cases.add(Arguments.of(kind, position, protocol, key));
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothSidesAuthenticate(BackendKind kind, Position position, String protocol, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ManagedKeysProvider provider = fixture.providerOf(key);
    try (var registered = position.register(provider)) {
      SSLContext context = fixture.context(BackendFixture.store(provider));
      TlsPair.Seen seen = TlsPair.connect(context, context, protocol, true);
      assertThat(seen).isEqualTo(new TlsPair.Seen(protocol, "CN=" + key, "CN=" + key));
    }
  }
}
