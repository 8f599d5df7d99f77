package io.managedkeys.testkit.awskms;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit tests an {@link AwsKmsServer} as a parameter of a test, a lifecycle method or the
 * constructor. One server serves a whole run and is closed at its end; after each test its faults
 * are cleared, while its keys stay, so that tests can share what is slow to make.
 *
 * <pre>{@code
 * @ExtendWith(AwsKmsExtension.class)
 * class SigningTest {
 *   @Test
 *   void signs(AwsKmsServer server) { ... }
 * }
 * }</pre>
 */
public final class AwsKmsExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(AwsKmsExtension.class);

  /** Called by JUnit. */
  public AwsKmsExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == AwsKmsServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server(context).faults().clear();
  }

  private static AwsKmsServer server(ExtensionContext context) {
    // The root store closes what is AutoCloseable when the run ends.
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(AwsKmsServer.class, type -> AwsKmsServer.start(), AwsKmsServer.class);
  }
}
