package io.managedkeys;

import io.managedkeys.codec.Spki;
import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a backend knows of a key: type, public key, the algorithms that backend and key can do,
 * largest inputs. Immutable; made by {@link #builder(KeyType)}.
 */
public final class KeyInfo {

  private final KeyType type;
  private final byte @Nullable [] spki;
  private final Set<SignatureAlgorithm> signing;
  private final Set<SignatureAlgorithm> wholeOnly;
  private final Set<EncryptionAlgorithm> encryption;
  private final Set<WrapAlgorithm> wrapping;
  private final Set<MacAlgorithm> macs;
  private final Set<AgreementAlgorithm> agreements;
  private final KeyLimits limits;
  private final NonceSource nonceSource;
  private final @Nullable String resolvedId;
  private final @Nullable String version;
  private final boolean versionedByService;
  private final Map<String, String> attributes;

  private KeyInfo(Builder builder) {
    type = builder.type;
    spki = builder.spki == null ? null : builder.spki.clone();
    signing = Collections.unmodifiableSet(new LinkedHashSet<>(builder.signing));
    wholeOnly = Collections.unmodifiableSet(new LinkedHashSet<>(builder.wholeOnly));
    encryption = Collections.unmodifiableSet(new LinkedHashSet<>(builder.encryption));
    wrapping = Collections.unmodifiableSet(new LinkedHashSet<>(builder.wrapping));
    macs = Collections.unmodifiableSet(new LinkedHashSet<>(builder.macs));
    agreements = Collections.unmodifiableSet(new LinkedHashSet<>(builder.agreements));
    limits = builder.limits;
    nonceSource = builder.nonceSource;
    resolvedId = builder.resolvedId;
    version = builder.version;
    versionedByService = builder.versionedByService;
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(builder.attributes));
  }

  /**
   * Starts a description.
   *
   * @param type the key's type
   * @return the builder
   */
  public static Builder builder(KeyType type) {
    return new Builder(type);
  }

  /**
   * A builder with everything this description says, for a narrowed copy.
   *
   * @return the builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder(type);
    builder.spki = spki;
    builder.signing.addAll(signing);
    builder.wholeOnly.addAll(wholeOnly);
    builder.encryption.addAll(encryption);
    builder.wrapping.addAll(wrapping);
    builder.macs.addAll(macs);
    builder.agreements.addAll(agreements);
    builder.limits = limits;
    builder.nonceSource = nonceSource;
    builder.resolvedId = resolvedId;
    builder.version = version;
    builder.versionedByService = versionedByService;
    builder.attributes.putAll(attributes);
    return builder;
  }

  /**
   * The key's type.
   *
   * @return the type
   */
  public KeyType type() {
    return type;
  }

  /**
   * The public key's DER SubjectPublicKeyInfo.
   *
   * @return a copy, or empty for secret keys
   */
  public Optional<byte[]> spki() {
    return spki == null ? Optional.empty() : Optional.of(spki.clone());
  }

  /**
   * The public key as a JCA object.
   *
   * @return the key
   * @throws UnsupportedKeyOperationException for secret keys, or if no installed JCA provider knows the
   *     algorithm
   */
  public PublicKey publicKey() {
    if (spki == null) {
      throw new UnsupportedKeyOperationException("a " + type + " key has no public half");
    }
    return Spki.publicKey(spki);
  }

  /**
   * The signature algorithms that backend and key can do; the preferred first.
   *
   * @return the algorithms
   */
  public Set<SignatureAlgorithm> signatureAlgorithms() {
    return signing;
  }

  /**
   * Whether a digest that the caller made can be signed. Some backends hash by themselves and want
   * the whole message for an algorithm that begins with a hash; who streams must collect it then.
   *
   * @param algorithm one of {@link #signatureAlgorithms()}
   * @return true if the algorithm begins with a hash and the backend takes its digest
   */
  public boolean takesDigest(SignatureAlgorithm algorithm) {
    return algorithm.hash() != null && !wholeOnly.contains(algorithm);
  }

  /**
   * The encryption algorithms that backend and key can do; the preferred first.
   *
   * @return the algorithms
   */
  public Set<EncryptionAlgorithm> encryptionAlgorithms() {
    return encryption;
  }

  /**
   * The wrap algorithms that backend and key can do; the preferred first.
   *
   * @return the algorithms
   */
  public Set<WrapAlgorithm> wrapAlgorithms() {
    return wrapping;
  }

  /**
   * The MAC algorithms that backend and key can do.
   *
   * @return the algorithms
   */
  public Set<MacAlgorithm> macAlgorithms() {
    return macs;
  }

  /**
   * The agreement algorithms that backend and key can do.
   *
   * @return the algorithms
   */
  public Set<AgreementAlgorithm> agreementAlgorithms() {
    return agreements;
  }

  /**
   * The largest inputs.
   *
   * @return the limits
   */
  public KeyLimits limits() {
    return limits;
  }

  /**
   * Who makes the nonce when the key encrypts.
   *
   * @return the source
   */
  public NonceSource nonceSource() {
    return nonceSource;
  }

  /**
   * What the backend resolved the entry to: an ARN, a key version's full name, a CKA_ID.
   *
   * @return the id, or empty when the backend has none
   */
  public Optional<String> resolvedId() {
    return Optional.ofNullable(resolvedId);
  }

  /**
   * The exact version in use.
   *
   * @return the version, or empty when keys have none
   */
  public Optional<String> version() {
    return Optional.ofNullable(version);
  }

  /**
   * Whether the service itself versions this key, so that one name stands for several generations of
   * material (symmetric keys of AWS, Google Cloud and Vault).
   *
   * @return true if so
   */
  public boolean versionedByService() {
    return versionedByService;
  }

  /**
   * Further facts that the backend wants to find again in the pin, never secret.
   *
   * @return the facts
   */
  public Map<String, String> attributes() {
    return attributes;
  }

  @Override
  public String toString() {
    return type + (resolvedId == null ? "" : " " + resolvedId);
  }

  /** Collects a description; not thread-safe. */
  public static final class Builder {

    private final KeyType type;
    private byte @Nullable [] spki;
    private final Set<SignatureAlgorithm> signing = new LinkedHashSet<>();
    private final Set<SignatureAlgorithm> wholeOnly = new LinkedHashSet<>();
    private final Set<EncryptionAlgorithm> encryption = new LinkedHashSet<>();
    private final Set<WrapAlgorithm> wrapping = new LinkedHashSet<>();
    private final Set<MacAlgorithm> macs = new LinkedHashSet<>();
    private final Set<AgreementAlgorithm> agreements = new LinkedHashSet<>();
    private KeyLimits limits = KeyLimits.NONE;
    private NonceSource nonceSource = NonceSource.NONE;
    private @Nullable String resolvedId;
    private @Nullable String version;
    private boolean versionedByService;
    private final Map<String, String> attributes = new LinkedHashMap<>();

    private Builder(KeyType type) {
      this.type = type;
    }

    /**
     * Sets the public key.
     *
     * @param spki the DER SubjectPublicKeyInfo, or null for secret keys
     * @return this
     */
    public Builder spki(byte @Nullable [] spki) {
      this.spki = spki == null ? null : spki.clone();
      return this;
    }

    /**
     * Adds signature algorithms.
     *
     * @param algorithms the preferred first
     * @return this
     */
    public Builder signs(Iterable<SignatureAlgorithm> algorithms) {
      algorithms.forEach(signing::add);
      return this;
    }

    /**
     * Names the algorithms that begin with a hash and yet take the whole message only. The registry
     * fills this in from what {@link io.managedkeys.spi.Signing#accepts} says.
     *
     * @param algorithms the algorithms
     * @return this
     */
    public Builder signsWhole(Iterable<SignatureAlgorithm> algorithms) {
      algorithms.forEach(wholeOnly::add);
      return this;
    }

    /**
     * Adds encryption algorithms.
     *
     * @param algorithms the preferred first
     * @return this
     */
    public Builder encrypts(Iterable<EncryptionAlgorithm> algorithms) {
      algorithms.forEach(encryption::add);
      return this;
    }

    /**
     * Adds wrap algorithms.
     *
     * @param algorithms the preferred first
     * @return this
     */
    public Builder wraps(Iterable<WrapAlgorithm> algorithms) {
      algorithms.forEach(wrapping::add);
      return this;
    }

    /**
     * Adds MAC algorithms.
     *
     * @param algorithms the preferred first
     * @return this
     */
    public Builder macs(Iterable<MacAlgorithm> algorithms) {
      algorithms.forEach(macs::add);
      return this;
    }

    /**
     * Adds agreement algorithms.
     *
     * @param algorithms the preferred first
     * @return this
     */
    public Builder agrees(Iterable<AgreementAlgorithm> algorithms) {
      algorithms.forEach(agreements::add);
      return this;
    }

    /**
     * Sets the largest inputs.
     *
     * @param limits the limits
     * @return this
     */
    public Builder limits(KeyLimits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * Sets who makes the nonce.
     *
     * @param source the source
     * @return this
     */
    public Builder nonceSource(NonceSource source) {
      this.nonceSource = source;
      return this;
    }

    /**
     * Sets what the backend resolved the entry to.
     *
     * @param id the id, or null
     * @return this
     */
    public Builder resolvedId(@Nullable String id) {
      this.resolvedId = id;
      return this;
    }

    /**
     * Sets the exact version.
     *
     * @param version the version, or null
     * @return this
     */
    public Builder version(@Nullable String version) {
      this.version = version;
      return this;
    }

    /**
     * Says whether the service itself versions this key.
     *
     * @param versioned true if so
     * @return this
     */
    public Builder versionedByService(boolean versioned) {
      this.versionedByService = versioned;
      return this;
    }

    /**
     * Adds a fact for the pin.
     *
     * @param name its name
     * @param value its value, never secret
     * @return this
     */
    public Builder attribute(String name, String value) {
      attributes.put(name, value);
      return this;
    }

    /**
     * Makes the description.
     *
     * @return the description
     */
    public KeyInfo build() {
      return new KeyInfo(this);
    }
  }
}
