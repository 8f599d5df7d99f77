package io.managedkeys.jca;

import io.managedkeys.AgreementAlgorithm;
import io.managedkeys.HashAlgorithm;
import io.managedkeys.InvalidInputException;
import io.managedkeys.KeyAccess;
import io.managedkeys.MacAlgorithm;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.registry.ManagedKeys;
import java.io.NotSerializableException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Shows managed keys to everything that knows {@code java.security}: a key store of type {@code
 * ManagedKeys}, key handles without key material, and the engines that work with them.
 *
 * <p>In code, {@link #of(KeyAccess)} makes it of a subject's access; passed as an object or
 * registered with {@link java.security.Security#addProvider}, at the front or at the end of the list.
 * <strong>A registered provider is ambient authority</strong>: all code of the process reaches the
 * keys of its access through the key store. Passed as an object it is reached by whoever holds it.
 *
 * <p>Handles carry their own key and work in every instance. The engines serve handles alone: where
 * the JDK chooses a provider by key, any other key is left to the other providers, and so is
 * everything done with public keys. Only where an engine was settled on before a key was shown
 * ({@code RSASSA-PSS} with parameters set first) does it hand a foreign key on to the next provider,
 * and never to another instance of this class.
 *
 * <p>Failures come as the JCA's own exceptions with a {@link ManagedKeyException} as cause: {@link
 * java.security.InvalidKeyException} from {@code init} when key or entry do not permit the
 * algorithm, {@link java.security.SignatureException}, {@link javax.crypto.BadPaddingException} or
 * {@link java.security.ProviderException} from the operation.
 *
 * <p>Instances are thread-safe; the engines, as usual in the JCA, are for one thread at a time.
 */
public final class ManagedKeysProvider extends Provider implements AutoCloseable {

  private static final long serialVersionUID = 1L;

  /** The provider's name, and the type of its key store. */
  public static final String NAME = "ManagedKeys";

  private static final String VERSION = "0.1";
  private static final Set<String> RSA = Set.of("RSA");
  private static final Set<String> AES = Set.of("AES");

  private final transient @Nullable KeyAccess access;
  private final transient @Nullable AutoCloseable opened;
  private final transient Service random;

  /**
   * An unconfigured provider, for {@link #configure}, {@code -providerClass} and the list of {@code
   * java.security}. Its engines work with any handle; its key store cannot be loaded.
   */
  public ManagedKeysProvider() {
    this(NAME, null, null);
  }

  private ManagedKeysProvider(
      String name, @Nullable KeyAccess access, @Nullable AutoCloseable opened) {
    super(name, VERSION, "managedkeys: keys that stay in an HSM, a KMS or a local store");
    this.access = access;
    this.opened = opened;
    this.random =
        service(
            "SecureRandom",
            NAME,
            RandomEngine.class,
            List.of(),
            null,
            parameter -> new RandomEngine(access, parameter));
    registerKeyStoreAndSignatures();
    registerCiphers();
    registerMacsAndAgreements();
    registerForCallersWithOneProvider();
  }

  /**
   * A provider named {@code ManagedKeys} over one subject's keys.
   *
   * @param access the keys; it stays the caller's to close
   * @return the provider
   */
  public static ManagedKeysProvider of(KeyAccess access) {
    return new ManagedKeysProvider(NAME, access, null);
  }

  /**
   * A further provider, named {@code ManagedKeys-<id>}, since the JDK registers a name only once.
   *
   * @param id letters, digits, {@code _} and {@code -}, at most 63, beginning with a letter or digit
   * @param access the keys; it stays the caller's to close
   * @return the provider
   * @throws InvalidInputException if the id has another form
   */
  public static ManagedKeysProvider of(String id, KeyAccess access) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")) {
      throw new InvalidInputException(
          "a provider's id has 1 to 63 letters, digits, _ and -, and begins with a letter or digit");
    }
    return new ManagedKeysProvider(NAME + "-" + id, access, null);
  }

  /**
   * The handle of an asymmetric key, as the key store gives it too.
   *
   * @param key the key
   * @return a private key without encoding, which works in any instance of this provider
   * @throws InvalidInputException if it is a secret key
   * @throws ManagedKeyException if the backend has to be asked for the key's type and cannot answer
   */
  public static PrivateKey privateKey(ManagedKey key) {
    if (HandleFactory.of(key) instanceof PrivateKey handle) {
      return handle;
    }
    throw new InvalidInputException(key.ref() + " is a secret key; use secretKey");
  }

  /**
   * The handle of a secret key, as the key store gives it too.
   *
   * @param key the key
   * @return a secret key without encoding, which works in any instance of this provider
   * @throws InvalidInputException if it is an asymmetric key
   * @throws ManagedKeyException if the backend has to be asked for the key's type and cannot answer
   */
  public static SecretKey secretKey(ManagedKey key) {
    if (HandleFactory.of(key) instanceof SecretKey handle) {
      return handle;
    }
    throw new InvalidInputException(key.ref() + " is an asymmetric key; use privateKey");
  }

  /**
   * The managed key behind a handle.
   *
   * @param key any key
   * @return the managed key, or empty when the key is no handle of this library
   */
  public static Optional<ManagedKey> managedKey(Key key) {
    return key instanceof KeyHandle handle ? Optional.of(handle.managedKey()) : Optional.empty();
  }

  /**
   * A configured provider over what a properties file declares, as the host itself sees its root
   * namespace. {@link #close()} closes what this opens.
   *
   * @param file the path of a {@code managedkeys.properties}
   * @return a new provider of the same name
   * @throws InvalidParameterException if the file cannot be opened; the cause says which line or
   *     backend is at fault
   */
  @Override
  public Provider configure(String file) {
    try {
      ManagedKeys keys = ManagedKeys.open(Path.of(file));
      return new ManagedKeysProvider(getName(), keys, keys);
    } catch (ManagedKeyException | InvalidPathException e) {
      InvalidParameterException refusal =
          new InvalidParameterException(
              "ManagedKeys cannot be configured from " + file + ": " + e.getMessage());
      refusal.initCause(e);
      throw refusal;
    }
  }

  @Override
  public boolean isConfigured() {
    return access != null;
  }

  /** Closes what {@link #configure} opened; an access given by the caller is left open. */
  @Override
  public void close() {
    if (opened == null) {
      return;
    }
    try {
      opened.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the registry cannot be closed", e);
    }
  }

  private void registerKeyStoreAndSignatures() {
    add("KeyStore", NAME, ManagedKeyStore.class, null, p -> new ManagedKeyStore(access));
    for (SignatureName name : SignatureName.all()) {
      putService(
          service(
              "Signature",
              name.jcaName(),
              SignatureEngine.class,
              name.aliases(),
              name.families(),
              p -> new SignatureEngine(name)));
    }
  }

  private void registerCiphers() {
    for (OaepName name : OaepName.all()) {
      putService(
          service(
              "Cipher",
              name.transformation(),
              RsaOaepCipher.class,
              name.aliases(),
              RSA,
              p -> new RsaOaepCipher(name)));
    }
    add("Cipher", "RSA/ECB/PKCS1Padding", RsaPkcs1Cipher.class, RSA, p -> new RsaPkcs1Cipher());
    add("Cipher", "AES/GCM/NoPadding", AesGcmCipher.class, AES, p -> new AesGcmCipher());
    addKeyWrap("AES/KW/NoPadding", "AESWrap", WrapAlgorithm.AES_KW, List.of("5", "25", "45"));
    addKeyWrap("AES/KWP/NoPadding", "AESWrapPad", WrapAlgorithm.AES_KWP, List.of("8", "28", "48"));
  }

  private void addKeyWrap(
      String transformation, String alias, WrapAlgorithm algorithm, List<String> nistArcs) {
    Set<String> aliases = new LinkedHashSet<>(Set.of(alias));
    for (String arc : nistArcs) {
      aliases.add("2.16.840.1.101.3.4.1." + arc);
      aliases.add("OID.2.16.840.1.101.3.4.1." + arc);
    }
    putService(
        service(
            "Cipher",
            transformation,
            AesKeyWrapCipher.class,
            List.copyOf(aliases),
            AES,
            p -> new AesKeyWrapCipher(transformation, algorithm)));
  }

  private void registerMacsAndAgreements() {
    for (MacAlgorithm mac : MacAlgorithm.known()) {
      add("Mac", mac.jcaName(), MacEngine.class, Set.of("HMAC"), p -> new MacEngine(mac));
    }
    addAgreement("ECDH", AgreementAlgorithm.ECDH);
    addAgreement("XDH", AgreementAlgorithm.X25519);
    addAgreement("X25519", AgreementAlgorithm.X25519);
  }

  private void addAgreement(String name, AgreementAlgorithm algorithm) {
    add(
        "KeyAgreement",
        name,
        KeyAgreementEngine.class,
        Set.of(algorithm.keyFamily()),
        p -> new KeyAgreementEngine(algorithm));
  }

  /** What libraries ask of the one provider they were given, beside the work with the key. */
  private void registerForCallersWithOneProvider() {
    addParameters("OAEP", "OAEP");
    addParameters("PSS", "RSASSA-PSS");
    for (HashAlgorithm hash : HashAlgorithm.known()) {
      if (!hash.equals(HashAlgorithm.SHA1)) {
        add(
            "MessageDigest",
            hash.shortName(),
            ForwardingDigest.class,
            null,
            p -> new ForwardingDigest(hash.name()));
      }
    }
  }

  private void addParameters(String name, String standardName) {
    add(
        "AlgorithmParameters",
        name,
        ForwardingParameters.class,
        null,
        p -> new ForwardingParameters(standardName));
  }

  private void add(
      String type,
      String algorithm,
      Class<?> engineClass,
      @Nullable Set<String> families,
      EngineService.Engine engine) {
    putService(service(type, algorithm, engineClass, List.of(), families, engine));
  }

  private EngineService service(
      String type,
      String algorithm,
      Class<?> engineClass,
      List<String> aliases,
      @Nullable Set<String> families,
      EngineService.Engine engine) {
    return new EngineService(this, type, algorithm, engineClass, aliases, families, engine);
  }

  /**
   * {@inheritDoc}
   *
   * @implNote The random source is answered here and not registered like the rest: {@code new
   *     SecureRandom()} takes the first one registered in the list, and would call a backend whenever
   *     anything in the process wants randomness, the connection to that backend included.
   */
  @Override
  public @Nullable Service getService(String type, String algorithm) {
    if (type.toLowerCase(Locale.ROOT).equals("securerandom")
        && algorithm.toLowerCase(Locale.ROOT).equals(NAME.toLowerCase(Locale.ROOT))) {
      return random;
    }
    return super.getService(type, algorithm);
  }

  @Override
  public Set<Service> getServices() {
    Set<Service> all = new LinkedHashSet<>(super.getServices());
    all.add(random);
    return Set.copyOf(all);
  }

  /**
   * A provider holds access to keys, and nothing of it may leave its process.
   *
   * @return never
   * @throws NotSerializableException always
   */
  private Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException("a provider of managed keys cannot be serialised");
  }
}
