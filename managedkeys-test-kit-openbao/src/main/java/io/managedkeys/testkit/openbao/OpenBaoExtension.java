package io.managedkeys.testkit.openbao;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a JUnit test class a running server.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final OpenBaoExtension BAO = OpenBaoExtension.dev();
 *
 * @Test
 * void signs() {
 *   URI address = BAO.server().address();
 * }
 * }</pre>
 *
 * <p>The development server is one per JVM, shared by all classes that ask for it and ended after
 * the last: tests use mounts of their own. A production server belongs to one class, because its
 * tests seal, stop and restart it. {@link OpenBaoServer} may also be taken as a parameter.
 *
 * <p>Where no server is installed the class is reported as skipped with the command that installs
 * one, or fails when the system property or environment variable {@code MANAGEDKEYS_STRICT} is
 * {@code true}.
 */
public final class OpenBaoExtension implements BeforeAllCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(OpenBaoExtension.class);

  private final boolean production;
  private @Nullable OpenBaoServer server;

  private OpenBaoExtension(boolean production) {
    this.production = production;
  }

  /**
   * A server in development mode, shared by all test classes of the JVM.
   *
   * @return the extension
   */
  public static OpenBaoExtension dev() {
    return new OpenBaoExtension(false);
  }

  /**
   * A server as in production, for one test class.
   *
   * @return the extension
   */
  public static OpenBaoExtension production() {
    return new OpenBaoExtension(true);
  }

  /**
   * The running server.
   *
   * @return the server
   * @throws IllegalStateException before the class's tests begin
   */
  public OpenBaoServer server() {
    if (server == null) {
      throw new IllegalStateException(
          "The server starts with the test class: register the extension in a static field");
    }
    return server;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (OpenBaoBinary.find().isEmpty()) {
      String message =
          "No OpenBao or Vault server on this machine; install one with: "
              + OpenBaoBinary.INSTALL_COMMAND;
      if (strict()) {
        throw new IllegalStateException(message);
      }
      Assumptions.abort(message);
    }
    // A store closes what is AutoCloseable when its context ends.
    server =
        production
            ? context
                .getStore(NAMESPACE)
                .computeIfAbsent(this, self -> OpenBaoServer.startProduction(), OpenBaoServer.class)
            : context
                .getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent("dev", key -> OpenBaoServer.startDev(), OpenBaoServer.class);
  }

  private static boolean strict() {
    String property = System.getProperty("MANAGEDKEYS_STRICT");
    String value = property != null ? property : System.getenv("MANAGEDKEYS_STRICT");
    return value != null && value.toLowerCase(Locale.ROOT).equals("true");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == OpenBaoServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server();
  }
}
