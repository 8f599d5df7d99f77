/**
 * Azure Key Vault and Azure Managed HSM in the process: the keys data plane, a token endpoint and as
 * much of certificates and secrets as a certificate chain needs, over HTTPS on the loopback
 * interface. The official SDKs talk to it as they talk to the cloud. Start with {@link
 * io.managedkeys.testkit.azurekv.AzureKeyVaultServer}, or with {@link
 * io.managedkeys.testkit.azurekv.AzureKeyVaultExtension} in JUnit.
 */
@NullMarked
package io.managedkeys.testkit.azurekv;

import org.jspecify.annotations.NullMarked;
