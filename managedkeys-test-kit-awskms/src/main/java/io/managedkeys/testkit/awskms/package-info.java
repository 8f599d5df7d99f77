/**
 * AWS KMS in the test's own process: {@link io.managedkeys.testkit.awskms.AwsKmsServer} speaks the service's wire
 * protocol on a loopback port, so that code written against the official SDK runs unchanged, with no
 * cloud account and no container. Real cryptography, keys in memory only, faults on request.
 */
@NullMarked
package io.managedkeys.testkit.awskms;

import org.jspecify.annotations.NullMarked;
