package io.managedkeys.testkit.gcpkms;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link GcpKmsServer} as a parameter: one server for the whole JVM run, ended with
 * it. Faults are cleared and request counts reset before each test; keys stay, so tests name theirs
 * apart.
 *
 * <pre>{@code
 * @ExtendWith(GcpKmsExtension.class)
 * class SigningTest {
 *   @Test
 *   void signs(GcpKmsServer server) { ... }
 * }
 * }</pre>
 */
public final class GcpKmsExtension implements ParameterResolver, BeforeEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(GcpKmsExtension.class);

  /** JUnit's own: extensions are created by reflection. */
  public GcpKmsExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    GcpKmsServer server = server(context);
    server.faults().clear();
    server.requests().reset();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == GcpKmsServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server(context);
  }

  private static GcpKmsServer server(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Running.class, key -> new Running(), Running.class)
        .server;
  }

  /** Closed by JUnit with the root store. */
  private static final class Running implements AutoCloseable {
    private final GcpKmsServer server;

    Running() {
      try {
        this.server = GcpKmsServer.start();
      } catch (IOException e) {
        throw new UncheckedIOException("The Google KMS test server cannot be started", e);
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
