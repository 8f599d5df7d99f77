package io.managedkeys.jca;

import io.managedkeys.KeyAccess;
import io.managedkeys.ManagedKey;
import io.managedkeys.ManagedKeyException;
import io.managedkeys.Usage;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandomSpi;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Random bytes from a backend. A seed given by the caller is not taken: the backend has its own. */
final class RandomEngine extends SecureRandomSpi {

  private static final long serialVersionUID = 1L;
  private static final int LARGEST_REQUEST = 65_536;

  private final transient ManagedKey source;

  RandomEngine(@Nullable KeyAccess access, @Nullable Object parameter)
      throws NoSuchAlgorithmException {
    if (access == null) {
      throw new NoSuchAlgorithmException("the provider is not configured");
    }
    try {
      source = parameter instanceof RandomKey named ? named(access, named) : only(access);
    } catch (ManagedKeyException e) {
      throw new NoSuchAlgorithmException("the random source cannot be had: " + e.getMessage(), e);
    }
  }

  private static ManagedKey named(KeyAccess access, RandomKey named)
      throws NoSuchAlgorithmException {
    ManagedKey key = access.key(named.ref().toString());
    if (!key.usages().contains(Usage.RANDOM)) {
      throw new NoSuchAlgorithmException(key.ref() + " does not allow the usage random");
    }
    return key;
  }

  private static ManagedKey only(KeyAccess access) throws NoSuchAlgorithmException {
    List<ManagedKey> sources =
        access.keys().stream().filter(key -> key.usages().contains(Usage.RANDOM)).toList();
    long backends = sources.stream().map(key -> key.ref().backend()).distinct().count();
    if (backends != 1) {
      throw new NoSuchAlgorithmException(
          backends == 0
              ? "no key allows the usage random"
              : "keys of several backends allow the usage random: name one with RandomKey.of(ref)");
    }
    return sources.get(0);
  }

  @Override
  protected void engineSetSeed(byte[] seed) {
    // The JCA lets a seed supplement the source and never replace it; there is nothing to
    // supplement.
  }

  @Override
  protected void engineNextBytes(byte[] bytes) {
    try {
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(LARGEST_REQUEST, bytes.length - at);
        byte[] part = source.random(length);
        System.arraycopy(part, 0, bytes, at, length);
        at += length;
      }
    } catch (ManagedKeyException e) {
      throw new ProviderException("random bytes by " + source.ref() + " failed", e);
    }
  }

  @Override
  protected byte[] engineGenerateSeed(int numBytes) {
    byte[] seed = new byte[numBytes];
    engineNextBytes(seed);
    return seed;
  }
}
