package io.managedkeys.testkit.azurekv;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An Azure Key Vault, or a Managed HSM, in the process. It listens on 127.0.0.1 and a free port with
 * a certificate that it makes at its start, speaks the data plane's REST protocol (keys; certificates
 * and secrets as far as a certificate chain needs them) and hands out the tokens that it asks for.
 * Keys are real, live in memory, and end with the server; their ids name this server, so that a
 * client needs no rewriting.
 *
 * <p>With the official SDK on {@code azure-core-http-jdk-httpclient}:
 *
 * <pre>{@code
 * try (AzureKeyVaultServer server = AzureKeyVaultServer.start()) {
 *   HttpClient http =
 *       new JdkHttpClientBuilder(
 *               java.net.http.HttpClient.newBuilder().sslContext(server.clientSslContext()))
 *           .build();
 *   KeyClient keys =
 *       new KeyClientBuilder()
 *           .vaultUrl(server.url())
 *           .httpClient(http)
 *           .disableChallengeResourceVerification()
 *           .credential(
 *               new ClientSecretCredentialBuilder()
 *                   .authorityHost(server.url())
 *                   .tenantId(server.tenantId())
 *                   .clientId(server.clientId())
 *                   .clientSecret(server.clientSecret())
 *                   .disableInstanceDiscovery()
 *                   .httpClient(http)
 *                   .build())
 *           .buildClient();
 *   keys.createRsaKey(new CreateRsaKeyOptions("k1"));
 * }
 * }</pre>
 *
 * The challenge names the resource of the real service, whose domain is not 127.0.0.1: hence {@code
 * disableChallengeResourceVerification}.
 *
 * <p>What it does as the service does, beyond the operations: creating or importing under a name that
 * exists adds a version without a word; a name that was deleted is taken until it is recovered or
 * purged (409); disabled keys, keys outside their validity and operations that {@code key_ops} lacks
 * are refused with 403 (but expired keys still decrypt, unwrap and verify); a digest of the wrong
 * length and a tampered ciphertext get 400. What it lacks: role assignments and access policies,
 * release and attestation, rotation policies, HMAC with oct-HSM keys, the management plane.
 *
 * <p>Safe for use by several threads.
 */
public final class AzureKeyVaultServer implements AutoCloseable {
  private static final String VAULT_RESOURCE = "https://vault.azure.net";
  private static final String HSM_RESOURCE = "https://managedhsm.azure.net";

  private final Tls tls;
  private final Tokens tokens;
  private final Tokens.Clients clients;
  private final KeyTable keys;
  private final CertificatesApi certificates;
  private final Faults faults = new Faults();
  private final Requests requests = new Requests();
  private final HttpsEndpoint endpoint;
  private volatile Clock clock = Clock.systemUTC();

  private AzureKeyVaultServer(Builder builder) {
    clients =
        new Tokens.Clients(
            "11111111-2222-3333-4444-555555555555",
            "66666666-7777-8888-9999-000000000000",
            RandomSource.id(),
            builder.clientCertificate,
            builder.federatedToken,
            Set.copyOf(builder.managedIdentities),
            RandomSource.id());
    String resource = builder.managedHsm ? HSM_RESOURCE : VAULT_RESOURCE;
    tls = Tls.create();
    try {
      endpoint = new HttpsEndpoint(tls.server(), faults, requests);
    } catch (IOException e) {
      throw new IllegalStateException("can't listen on 127.0.0.1", e);
    }
    String base = endpoint.url();
    tokens = new Tokens(clients, resource, () -> clock.instant());
    keys = new KeyTable(base, () -> clock.instant());
    certificates = new CertificatesApi(base);
    KeysApi keysApi = new KeysApi(base, builder.managedHsm, keys);
    String challenge =
        "Bearer authorization=\""
            + base
            + "/"
            + clients.tenantId()
            + "\", resource=\""
            + resource
            + "\"";
    endpoint.start(new Router(tokens, keysApi, certificates, challenge));
  }

  /**
   * Starts a vault.
   *
   * @return the server, listening
   */
  public static AzureKeyVaultServer start() {
    return builder().start();
  }

  /**
   * Starts a server that differs from the default.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The vault's URL, which is the authority host of the token endpoint too.
   *
   * @return {@code https://127.0.0.1:} and the port, without a slash at its end
   */
  public String url() {
    return endpoint.url();
  }

  /**
   * The tenant of which the server is the directory.
   *
   * @return a tenant id
   */
  public String tenantId() {
    return clients.tenantId();
  }

  /**
   * The one client that the directory knows.
   *
   * @return a client id
   */
  public String clientId() {
    return clients.clientId();
  }

  /**
   * The client's secret, which is worth nothing anywhere else.
   *
   * @return the secret
   */
  public String clientSecret() {
    return clients.clientSecret();
  }

  /**
   * What a client of the managed identity endpoint {@code /msi/token} (App Service, 2019-08-01)
   * sends as {@code X-IDENTITY-HEADER}.
   *
   * @return the header's value
   */
  public String identityHeader() {
    return clients.identityHeader();
  }

  /**
   * The server's own certificate, valid for 127.0.0.1 and localhost.
   *
   * @return the certificate
   */
  public X509Certificate certificate() {
    return tls.certificate();
  }

  /**
   * A context for clients that trusts this server's certificate and no other.
   *
   * @return the context
   */
  public SSLContext clientSslContext() {
    return tls.client();
  }

  /**
   * Makes a token without asking for one, for a {@code TokenCredential} of the test's own.
   *
   * @return a bearer token that the server accepts for an hour
   */
  public String issueToken() {
    return tokens.issue();
  }

  /**
   * Revokes every token that was handed out so far. They are answered with the claims challenge of
   * continuous access evaluation; a new token can be had.
   */
  public void revokeTokens() {
    tokens.revokeAll();
  }

  /**
   * The faults that the server shows.
   *
   * @return the one list of this server
   */
  public Faults faults() {
    return faults;
  }

  /**
   * What the server was asked.
   *
   * @return the one log of this server
   */
  public Requests requests() {
    return requests;
  }

  /**
   * Sets the clock by which keys and tokens become valid and expire.
   *
   * @param clock the clock
   */
  public void setClock(Clock clock) {
    this.clock = Objects.requireNonNull(clock);
  }

  /**
   * Puts a certificate with its private key into the vault, as the service does when it issues or
   * imports one: a certificate, a key and a secret of the same name and version. The secret holds
   * the chain, and the private key where it is exportable.
   *
   * @param name the name of all three
   * @param privateKey the leaf's private key, RSA or EC
   * @param chain the leaf and what issued it, in this order
   * @param exportable whether the secret gives the private key away
   * @param pem whether the secret is PEM; otherwise it is PKCS#12
   * @return the key id with its version
   */
  public String importCertificate(
      String name,
      PrivateKey privateKey,
      List<X509Certificate> chain,
      boolean exportable,
      boolean pem) {
    KeyMaterial material;
    try {
      material = TransferBlob.ofPkcs8(privateKey.getEncoded(), false);
    } catch (IOException e) {
      throw new IllegalArgumentException("the private key has no PKCS#8 encoding", e);
    }
    KeyVersion.Settings settings =
        new KeyVersion.Settings(null, null, null, exportable, null, null);
    String kid = keys.addVersion(name, material, settings);
    String version = kid.substring(kid.lastIndexOf('/') + 1);
    certificates.put(name, version, chain, privateKey, exportable, pem, material.kty());
    return kid;
  }

  /** Stops listening, ends what is being delayed or stalled, and forgets all keys. */
  @Override
  public void close() {
    endpoint.close();
  }

  /** What a server can be other than a vault with one client secret. */
  public static final class Builder {
    private boolean managedHsm;
    private @Nullable X509Certificate clientCertificate;
    private @Nullable String federatedToken;
    private final Set<String> managedIdentities = new LinkedHashSet<>();

    private Builder() {}

    /**
     * Makes it a Managed HSM: all keys are HSM keys, there are symmetric ones, and {@code /rng}.
     *
     * @return this
     */
    public Builder managedHsm() {
      managedHsm = true;
      return this;
    }

    /**
     * Lets the client authenticate by a certificate too.
     *
     * @param certificate an RSA certificate; assertions signed by its key are accepted
     * @return this
     */
    public Builder clientCertificate(X509Certificate certificate) {
      this.clientCertificate = Objects.requireNonNull(certificate);
      return this;
    }

    /**
     * Lets the client authenticate by a federated token too, as workload identities do.
     *
     * @param token the one token that is accepted as an assertion
     * @return this
     */
    public Builder federatedToken(String token) {
      this.federatedToken = Objects.requireNonNull(token);
      return this;
    }

    /**
     * Gives tokens to a managed identity, at {@code /msi/token} (App Service) and {@code
     * /metadata/identity/oauth2/token} (virtual machines).
     *
     * @param id the client, object or resource id of a user-assigned identity; an empty string for
     *     the system-assigned one
     * @return this
     */
    public Builder managedIdentity(String id) {
      managedIdentities.add(Objects.requireNonNull(id));
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the server, listening
     */
    public AzureKeyVaultServer start() {
      return new AzureKeyVaultServer(this);
    }
  }
}
