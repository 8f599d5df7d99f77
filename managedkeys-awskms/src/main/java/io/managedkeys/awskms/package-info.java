/**
 * Keys in AWS KMS, by the vendor's own SDK. {@link io.managedkeys.awskms.AwsKmsProvider} is found by
 * {@link java.util.ServiceLoader}; a map of the rest:
 *
 * <ul>
 *   <li>{@code ClientSettings}, {@code CredentialSource}, {@code ClientFactory}: from a configuration to
 *       a client;
 *   <li>{@code KmsCalls}, {@code ErrorTable}: one request under a deadline, and what its failure means;
 *   <li>{@code KeyReference}, {@code KeyBinder}, {@code KeyFamily}: from an entry to a key;
 *   <li>{@code SigningKey}, {@code SymmetricKey}, {@code RsaDecryptionKey}, {@code MacKey}, {@code
 *       AgreementKey}: one class for each use of a key;
 *   <li>{@code AwsKmsLifecycle}, {@code KeyImport}: making and changing keys.
 * </ul>
 */
@NullMarked
package io.managedkeys.awskms;

import org.jspecify.annotations.NullMarked;
