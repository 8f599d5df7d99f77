package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateKeyRingRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.Message;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Google Cloud KMS in this process: {@code google.cloud.kms.v1.KeyManagementService} on 127.0.0.1
 * and two free ports, one for gRPC and one for REST, both without TLS and without authentication.
 * The official client library works against it unchanged:
 *
 * <pre>{@code
 * try (GcpKmsServer server = GcpKmsServer.start()) {
 *   String ring = server.createKeyRing("projects/p/locations/global", "ring");
 *   String version = server.createKey(ring, "signer", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
 *   KeyManagementServiceClient client =
 *       KeyManagementServiceClient.create(
 *           KeyManagementServiceSettings.newBuilder()
 *               .setCredentialsProvider(NoCredentialsProvider.create())
 *               .setTransportChannelProvider(
 *                   InstantiatingGrpcChannelProvider.newBuilder()
 *                       .setEndpoint(server.grpcEndpoint())
 *                       .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
 *                       .build())
 *               .build());
 * }
 * }</pre>
 *
 * <p>Cryptography is real: signatures verify, ciphertexts decrypt, tampering is refused. Like the
 * service it checks the checksums it is sent and says so, fixes padding and digest by the key's
 * algorithm, refuses versions that are not enabled, answers a new asymmetric version as
 * PENDING_GENERATION, and limits sizes. Errors carry ErrorInfo, and where they apply
 * PreconditionFailure, RetryInfo and RequestInfo.
 *
 * <p>It differs from the service in this: no authentication and no IAM; changes are visible at
 * once; {@code filter} and {@code order_by} are refused; automatic rotation does not run;
 * protection levels are SOFTWARE and HSM, the latter without attestation; deleting keys and
 * versions, retired resources, trusted-key wrapping, key encapsulation, HPKE import methods and
 * EXTERNAL keys are UNIMPLEMENTED or refused.
 *
 * <p>Safe for use from several threads. Key material lives in this process's memory and is gone
 * when the server is closed: this is for tests.
 */
public final class GcpKmsServer implements AutoCloseable {
  private static final Duration GENERATION_LIMIT = Duration.ofSeconds(60);

  private final Inventory inventory = new Inventory();
  private final GcpKmsFaults faults = new GcpKmsFaults();
  private final RequestCounts requests = new RequestCounts();
  private final ExecutorService executor;
  private final ServiceMethods methods;
  private final GrpcFrontEnd grpc;
  private final RestFrontEnd rest;

  private GcpKmsServer() throws IOException {
    AtomicInteger number = new AtomicInteger();
    this.executor =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "gcp-kms-server-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.methods = new ServiceMethods(inventory, executor, new SecureRandom());
    CallPipeline pipeline = new CallPipeline(faults, requests);
    this.grpc = new GrpcFrontEnd(methods, pipeline, executor);
    this.rest = new RestFrontEnd(methods, pipeline, executor);
  }

  /**
   * Starts a server that holds nothing yet.
   *
   * @return the running server
   * @throws IOException if no port on 127.0.0.1 can be bound
   */
  public static GcpKmsServer start() throws IOException {
    return new GcpKmsServer();
  }

  /**
   * Where gRPC is spoken, in plain text.
   *
   * @return {@code 127.0.0.1:port}
   */
  public String grpcEndpoint() {
    return "127.0.0.1:" + grpc.port();
  }

  /**
   * Where the REST form of the service is.
   *
   * @return {@code http://127.0.0.1:port}
   */
  public String restEndpoint() {
    return "http://127.0.0.1:" + rest.port();
  }

  /**
   * What goes wrong, and when.
   *
   * @return the faults, none at first
   */
  public GcpKmsFaults faults() {
    return faults;
  }

  /**
   * The requests so far. The methods of this class that set up keys are not counted.
   *
   * @return the counters
   */
  public RequestCounts requests() {
    return requests;
  }

  /**
   * Creates a key ring.
   *
   * @param location {@code projects/P/locations/L}
   * @param id its id, {@code [a-zA-Z0-9_-]{1,63}}
   * @return its resource name
   */
  public String createKeyRing(String location, String id) {
    return ((KeyRing)
            call(
                "CreateKeyRing",
                CreateKeyRingRequest.newBuilder().setParent(location).setKeyRingId(id).build()))
        .getName();
  }

  /**
   * Creates a SOFTWARE key of the purpose that the algorithm has, and waits for its first version.
   *
   * @param ring the key ring's resource name
   * @param id the key's id
   * @param algorithm what the key is for
   * @return the resource name of version 1
   */
  public String createKey(String ring, String id, CryptoKeyVersionAlgorithm algorithm) {
    return createKey(
        ring,
        id,
        CryptoKey.newBuilder()
            .setPurpose(KeyAlgorithm.of(algorithm).purpose())
            .setVersionTemplate(
                CryptoKeyVersionTemplate.newBuilder()
                    .setAlgorithm(algorithm)
                    .setProtectionLevel(ProtectionLevel.SOFTWARE))
            .build());
  }

  /**
   * Creates a key as described, and waits for its first version.
   *
   * @param ring the key ring's resource name
   * @param id the key's id
   * @param key purpose, template, labels
   * @return the resource name of version 1
   */
  public String createKey(String ring, String id, CryptoKey key) {
    CryptoKey created =
        (CryptoKey)
            call(
                "CreateCryptoKey",
                CreateCryptoKeyRequest.newBuilder()
                    .setParent(ring)
                    .setCryptoKeyId(id)
                    .setCryptoKey(key)
                    .build());
    String version = created.getName() + "/cryptoKeyVersions/1";
    awaitGenerated(version);
    return version;
  }

  /**
   * Sets a version's state to ENABLED or DISABLED.
   *
   * @param version its resource name
   * @param enabled whether it is to be enabled
   * @throws IllegalStateException if it is in another state than these two
   */
  public void setEnabled(String version, boolean enabled) {
    synchronized (inventory) {
      StoredVersion stored = inventory.version(version);
      stored.requireSwitchable();
      stored.proto(
          stored.proto().toBuilder()
              .setState(enabled ? CryptoKeyVersionState.ENABLED : CryptoKeyVersionState.DISABLED)
              .build());
    }
  }

  /**
   * A version as the service would show it.
   *
   * @param version its resource name
   * @return the version
   */
  public CryptoKeyVersion version(String version) {
    synchronized (inventory) {
      return inventory.version(version).proto();
    }
  }

  /**
   * A key as the service would show it.
   *
   * @param name its resource name
   * @return the key
   */
  public CryptoKey key(String name) {
    synchronized (inventory) {
      return inventory.key(name).proto();
    }
  }

  /**
   * Moves the service's clock on: what is scheduled for destruction by then is destroyed, import
   * jobs older than three days have expired.
   *
   * @param by how far
   */
  public void advanceClock(Duration by) {
    synchronized (inventory) {
      inventory.advance(by);
    }
  }

  private Message call(String method, Message request) {
    try {
      return methods.method(method).handler().apply(request);
    } catch (KmsFailure e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void awaitGenerated(String version) {
    long deadline = System.nanoTime() + GENERATION_LIMIT.toNanos();
    synchronized (inventory) {
      while (inventory.version(version).proto().getState()
          == CryptoKeyVersionState.PENDING_GENERATION) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException(version + " was not generated within a minute");
        }
        try {
          inventory.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("Interrupted while " + version + " is generated", e);
        }
      }
    }
  }

  /** Ends the server and everything it holds. Calls in progress fail. */
  @Override
  public void close() {
    faults.clear();
    grpc.close();
    rest.close();
    executor.shutdownNow();
  }
}
