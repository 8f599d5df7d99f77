/**
 * A real OpenBao or Vault server for tests: found on the machine, started on the loopback address
 * and a free port, ended with the tests.
 *
 * <p>Nothing here is a mock. {@link io.managedkeys.testkit.openbao.OpenBaoServer#startDev()} runs
 * the development mode (in memory, unsealed, plain HTTP); {@link
 * io.managedkeys.testkit.openbao.OpenBaoServer#startProduction()} runs a server as operators do:
 * Raft storage on disk, TLS from a certificate authority of its own, initialised and unsealed by
 * key. JUnit tests take either through {@link io.managedkeys.testkit.openbao.OpenBaoExtension}.
 */
@NullMarked
package io.managedkeys.testkit.openbao;

import org.jspecify.annotations.NullMarked;
