package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.managedkeys.jca.ManagedKeysProvider;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS by BCJSSE and by Conscrypt with managed keys, against the JDK's on the other side. */
@ExtendWith(BackendFixture.Lifecycle.class)
class TlsProvidersTest {

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (Position position : Position.values()) {
        for (String library : List.of("BCJSSE", "Conscrypt")) {
          for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            for (String key : List.of("rsa-raw", "ec-raw")) {
              // For RSA Conscrypt pads by itself and wants the raw RSA operation, which is not
              // offered.
              if (library.equals("BCJSSE") || key.startsWith("ec")) {
                cases.add(Arguments.of(kind, position, library, protocol, key));
              }
            }
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void serverAndClientAuthenticate(
      BackendKind kind, Position position, String library, String protocol, String key)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    ManagedKeysProvider provider = fixture.providerOf(key);
    // BCJSSE takes its randomness from a registered BouncyCastle.
    try (var registered = position.register(provider);
        var castle = Position.END.register(new BouncyCastleProvider())) {
      boolean castleTls = library.equals("BCJSSE");
      Provider tls = castleTls ? new BouncyCastleJsseProvider() : Conscrypt.newProvider();
      KeyManagerFactory managers =
          castleTls
              ? KeyManagerFactory.getInstance("PKIX", tls)
              : KeyManagerFactory.getInstance("SunX509");
      managers.init(BackendFixture.store(provider), new char[0]);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", tls);
      trust.init(fixture.authority.trust());
      SSLContext theirs = SSLContext.getInstance("TLS", tls);
      theirs.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
      SSLContext jdk = fixture.context(BackendFixture.store(provider));
      assertThat(TlsPair.connect(theirs, jdk, protocol, false).server()).isEqualTo("CN=" + key);
      assertThat(TlsPair.connect(jdk, theirs, protocol, true).client()).isEqualTo("CN=" + key);
    }
  }
}
