package io.managedkeys.testkit.azurekv;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit tests an {@link AzureKeyVaultServer} as a parameter: one for the whole run, with
 * faults and the request log cleared after each test. Keys stay, so tests give theirs names of their
 * own. A Managed HSM is had with {@link ManagedHsm} on the parameter.
 *
 * <pre>{@code
 * @ExtendWith(AzureKeyVaultExtension.class)
 * class MyTest {
 *   @Test
 *   void signs(AzureKeyVaultServer vault) { ... }
 * }
 * }</pre>
 */
public final class AzureKeyVaultExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(AzureKeyVaultExtension.class);

  /** Made by JUnit. */
  public AzureKeyVaultExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == AzureKeyVaultServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean managedHsm = parameter.isAnnotated(ManagedHsm.class);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            managedHsm,
            hsm ->
                hsm
                    ? AzureKeyVaultServer.builder().managedHsm().start()
                    : AzureKeyVaultServer.start());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    for (boolean managedHsm : new boolean[] {false, true}) {
      AzureKeyVaultServer server =
          context.getRoot().getStore(NAMESPACE).get(managedHsm, AzureKeyVaultServer.class);
      if (server != null) {
        server.faults().clear();
        server.requests().clear();
      }
    }
  }
}
