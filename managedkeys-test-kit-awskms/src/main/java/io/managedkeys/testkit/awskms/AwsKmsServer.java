package io.managedkeys.testkit.awskms;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * AWS KMS in this process, on 127.0.0.1 and a free port, for tests. It speaks the service's own
 * protocol to the official SDK of any language: plain HTTP, AWS JSON 1.1, requests signed with
 * Signature Version 4, which is checked in full. Keys live in memory until {@link #close()}.
 *
 * <pre>{@code
 * try (AwsKmsServer server = AwsKmsServer.start()) {
 *   KmsClient kms = KmsClient.builder()
 *       .endpointOverride(server.endpoint())
 *       .region(Region.of(server.region()))
 *       .credentialsProvider(StaticCredentialsProvider.create(
 *           AwsBasicCredentials.create(server.accessKeyId(), server.secretAccessKey())))
 *       .build();
 * }
 * }</pre>
 *
 * <p>What it does as the service does: every key spec but SM2 and every usage; the cryptography with
 * its byte formats (PSS salt as long as the hash, RAW, DIGEST and EXTERNAL_MU, encryption context as
 * associated data); key states and who refuses what in them; ids, ARNs, aliases, tags, paging; data
 * keys and pairs, ReEncrypt, MACs, key agreement, import, rotation on demand, multi-Region replicas;
 * sizes and the error codes. Also the two STS operations that give temporary credentials.
 *
 * <p>What it does not: key policies, IAM and grants (every signed request is allowed; a refusal can
 * be had from {@link #faults()}), custom key stores, attested recipients, asynchronous rotation, new
 * material for an imported symmetric key. An operation it does not know answers
 * UnknownOperationException. The ciphertext format of symmetric keys is its own.
 *
 * <p>Thread-safe.
 */
public final class AwsKmsServer implements AutoCloseable {
  private static final String DEFAULT_REGION = "eu-central-1";
  private static final Set<String> REGIONS =
      Set.of(DEFAULT_REGION, "us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2");
  private static final String ACCOUNT = "111122223333";

  private final HttpServer http;
  private final ExecutorService threads;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Faults faults = new Faults();
  private final RequestLog requests = new RequestLog();
  private final Credentials credentials = new Credentials();
  private final Credentials.AccessKey accessKey = credentials.permanent();
  private final Map<String, KeyDirectory> directories = new ConcurrentHashMap<>();
  private final Clock clock;

  private AwsKmsServer(int port, Clock clock) {
    this.clock = clock;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
    }
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "aws-kms-server");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
    http.createContext(
        "/", new KmsHandler(this::directory, credentials, faults, requests, clock, closed));
    http.start();
  }

  /**
   * Starts a server on a free port.
   *
   * @return the running server; close it
   * @throws UncheckedIOException if it cannot listen
   */
  public static AwsKmsServer start() {
    return start(0, Clock.systemUTC());
  }

  /**
   * Starts a server on a given port, with a clock that decides about deletion dates, expiring
   * material, import tokens, temporary credentials and the age of requests.
   *
   * @param port to listen on; 0 for a free one
   * @param clock the server's time
   * @return the running server; close it
   * @throws UncheckedIOException if it cannot listen
   */
  public static AwsKmsServer start(int port, Clock clock) {
    return new AwsKmsServer(port, Objects.requireNonNull(clock));
  }

  /**
   * Where it listens, for the SDK's {@code endpointOverride}; of KMS and of STS.
   *
   * @return {@code http://127.0.0.1:port}
   */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  /**
   * The region to use unless a test needs several. The others it knows are us-east-1, us-west-2,
   * eu-west-1 and ap-southeast-2; keys of one are not seen from another.
   *
   * @return eu-central-1
   */
  public String region() {
    return DEFAULT_REGION;
  }

  /**
   * The account all keys belong to.
   *
   * @return 111122223333
   */
  public String accountId() {
    return ACCOUNT;
  }

  /**
   * The id of the access key that may do everything; made anew for every server.
   *
   * @return an access key id
   */
  public String accessKeyId() {
    return accessKey.id();
  }

  /**
   * The secret of {@link #accessKeyId()}.
   *
   * @return a secret access key
   */
  public String secretAccessKey() {
    return accessKey.secret();
  }

  /**
   * What is to go wrong.
   *
   * @return the faults, at first none
   */
  public Faults faults() {
    return faults;
  }

  /**
   * What was asked, for tests that count requests.
   *
   * @return the log
   */
  public RequestLog requests() {
    return requests;
  }

  /** Ends all temporary credentials: they are answered with ExpiredTokenException from now on. */
  public void expireTemporaryCredentials() {
    credentials.expireTemporary(clock.instant());
  }

  /** Stops listening, ends stalled requests and forgets all keys. */
  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    directories.clear();
  }

  private KeyDirectory directory(String region) {
    if (!REGIONS.contains(region)) {
      throw ServiceError.client(
          "InvalidSignatureException",
          "Credential should be scoped to a valid region, not '" + region + "'.");
    }
    return directories.computeIfAbsent(region, name -> new KeyDirectory(ACCOUNT, name));
  }
}
