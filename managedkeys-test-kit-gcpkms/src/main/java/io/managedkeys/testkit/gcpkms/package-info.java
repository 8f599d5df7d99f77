/**
 * An in-process Google Cloud KMS for tests: the service {@code
 * google.cloud.kms.v1.KeyManagementService} on 127.0.0.1, over gRPC and over REST, with faults and
 * request counts. No cloud account, no Docker, no network.
 *
 * <p>Begin at {@link io.managedkeys.testkit.gcpkms.GcpKmsServer}, or at {@link
 * io.managedkeys.testkit.gcpkms.GcpKmsExtension} under JUnit.
 */
@NullMarked
package io.managedkeys.testkit.gcpkms;

import org.jspecify.annotations.NullMarked;
