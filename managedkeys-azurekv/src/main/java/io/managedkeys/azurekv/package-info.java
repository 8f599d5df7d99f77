/**
 * Keys in Azure Key Vault and Azure Managed HSM. Applications use {@link
 * io.managedkeys.azurekv.AzureKeyVaultProvider} through the registry, by the backend type {@code
 * azurekv}.
 */
@NullMarked
package io.managedkeys.azurekv;

import org.jspecify.annotations.NullMarked;
