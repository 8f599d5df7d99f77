package io.managedkeys.pkcs11;

import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.WrapAlgorithm;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckk;
import io.managedkeys.pkcs11.cryptoki.Ckm;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.pkcs11.cryptoki.Ckr;
import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.MechanismInfo;
import io.managedkeys.pkcs11.token.PooledSession;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Which AES key wrap a mechanism number stands for on this token. The numbers are not to be trusted:
 * 0x210A is RFC 5649 on one token and RFC 3394 over PKCS#5 padding on another. So before its first
 * use each is tried on random bytes, with a throw-away key of known value, and the answer compared
 * with what the JDK makes of them.
 */
final class WrapMechanisms {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Map<WrapAlgorithm, long[]> CANDIDATES =
      Map.of(
          WrapAlgorithm.AES_KW, new long[] {Ckm.AES_KEY_WRAP},
          WrapAlgorithm.AES_KWP, new long[] {Ckm.AES_KEY_WRAP_KWP, Ckm.AES_KEY_WRAP_PAD},
          WrapAlgorithm.AES_KW_PKCS5, new long[] {Ckm.AES_KEY_WRAP_PAD});

  private static final String UNKNOWN = "none of those known here";

  /** How tokens say that they don't wrap a key of this length. */
  private static final long[] REFUSALS = {
    Ckr.KEY_SIZE_RANGE,
    Ckr.KEY_NOT_WRAPPABLE,
    Ckr.DATA_LEN_RANGE,
    Ckr.DATA_INVALID,
    Ckr.MECHANISM_INVALID,
    Ckr.MECHANISM_PARAM_INVALID,
    Ckr.ARGUMENTS_BAD,
    Ckr.KEY_FUNCTION_NOT_PERMITTED,
    Ckr.FUNCTION_FAILED,
    Ckr.GENERAL_ERROR
  };

  private static final Map<WrapAlgorithm, String> TRANSFORMATIONS =
      Map.of(
          WrapAlgorithm.AES_KW, "AES/KW/NoPadding",
          WrapAlgorithm.AES_KWP, "AES/KWP/NoPadding",
          WrapAlgorithm.AES_KW_PKCS5, "AES/KW/PKCS5Padding");

  private final TokenMechanisms mechanisms;
  private final Map<Long, Proven> proven = new ConcurrentHashMap<>();

  /**
   * What a number was found to stand for.
   *
   * @param name the algorithm, or why it is none
   * @param exact whether material of any length comes back as it was; SoftHSM 2.6.1 appends zero bytes
   *     to a multiple of 8 before it wraps
   */
  private record Proven(String name, boolean exact) {

    /** RFC 3394 takes multiples of 8 bytes only, so exactness is no matter there. */
    boolean does(WrapAlgorithm algorithm) {
      return name.equals(algorithm.name()) && (exact || algorithm.equals(WrapAlgorithm.AES_KW));
    }

    @Override
    public String toString() {
      return exact || name.equals(WrapAlgorithm.AES_KW.name())
          ? name
          : name + ", which here appends zero bytes to material whose length is no multiple of 8";
    }
  }

  WrapMechanisms(TokenMechanisms mechanisms) {
    this.mechanisms = mechanisms;
  }

  /** The algorithms that the token was found to do for material of every length they allow. */
  Set<WrapAlgorithm> proven(Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    Set<WrapAlgorithm> all = new LinkedHashSet<>();
    for (WrapAlgorithm algorithm :
        new WrapAlgorithm[] {
          WrapAlgorithm.AES_KW, WrapAlgorithm.AES_KWP, WrapAlgorithm.AES_KW_PKCS5
        }) {
      for (long candidate : candidates(algorithm)) {
        if (mechanisms.has(candidate, MechanismInfo.WRAP)
            && proven(candidate, cryptoki, session, key).does(algorithm)) {
          all.add(algorithm);
        }
      }
    }
    return all;
  }

  private Proven proven(long mechanism, Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    Proven found = proven.get(mechanism);
    if (found == null) {
      found = prove(mechanism, cryptoki, session, key);
      if (!found.name().startsWith(UNKNOWN)) {
        proven.put(mechanism, found);
      }
    }
    return found;
  }

  private static long[] candidates(WrapAlgorithm algorithm) {
    long[] candidates = CANDIDATES.get(algorithm);
    return candidates == null ? new long[0] : candidates;
  }

  /**
   * The mechanism that does an algorithm.
   *
   * @param key a wrapping key to prove it with
   * @throws UnsupportedKeyOperationException if none of those listed does
   */
  Mechanism of(WrapAlgorithm algorithm, Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    StringBuilder seen = new StringBuilder();
    for (long candidate : candidates(algorithm)) {
      if (!mechanisms.has(candidate, MechanismInfo.WRAP)) {
        continue;
      }
      Proven found = proven(candidate, cryptoki, session, key);
      if (found.does(algorithm)) {
        return Mechanism.of(candidate);
      }
      seen.append("; ").append(Ckm.name(candidate)).append(" is ").append(found);
    }
    throw new UnsupportedKeyOperationException(
        "the token has no mechanism for " + algorithm + seen);
  }

  /** By a throw-away key of known value where the token takes one, else by lengths. */
  private static Proven prove(long mechanism, Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    byte[] value = random(16);
    byte[] even = random(32);
    byte[] odd = random(20);
    long known;
    try {
      known =
          cryptoki.createObject(
              session.handle(),
              List.of(
                  Attribute.of(Cka.CLASS, Cko.SECRET_KEY),
                  Attribute.of(Cka.KEY_TYPE, Ckk.AES),
                  Attribute.of(Cka.TOKEN, false),
                  Attribute.of(Cka.WRAP, true),
                  Attribute.of(Cka.VALUE, value)));
    } catch (CkrException e) {
      return new Proven(
          byLengths(mechanism, cryptoki, session, key),
          comesBack(mechanism, cryptoki, session, key));
    }
    try {
      byte[] ofEven = wrapped(mechanism, even, cryptoki, session, known);
      byte[] ofOdd = wrapped(mechanism, odd, cryptoki, session, known);
      String name = ofEven == null ? UNKNOWN + " (it wraps nothing)" : named(value, even, ofEven);
      return new Proven(name, ofOdd != null && named(value, odd, ofOdd).equals(name));
    } finally {
      Arrays.fill(value, (byte) 0);
      cryptoki.destroyObject(session.handle(), known);
    }
  }

  private static String named(byte[] value, byte[] material, byte[] answer) {
    for (Map.Entry<WrapAlgorithm, String> transformation : TRANSFORMATIONS.entrySet()) {
      try {
        Cipher cipher = Cipher.getInstance(transformation.getValue());
        cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(value, "AES"));
        if (Arrays.equals(cipher.wrap(new SecretKeySpec(material, "AES")), answer)) {
          return transformation.getKey().name();
        }
      } catch (IllegalBlockSizeException e) {
        // This one does not wrap material of this length, so it is not this one.
        continue;
      } catch (GeneralSecurityException e) {
        throw new UnsupportedKeyOperationException(
            "no installed JCA provider has "
                + transformation.getValue()
                + ", so the token's key wrap can't be told",
            e);
      }
    }
    return UNKNOWN + " (" + material.length + " bytes became " + answer.length + ")";
  }

  /**
   * RFC 3394 refuses 20 bytes, or pads them silently under its own number; RFC 5649 makes 32 of 20
   * and 40 of 32; PKCS#5 padding makes 32 and 48.
   */
  private static String byLengths(
      long mechanism, Cryptoki cryptoki, PooledSession session, long key) throws CkrException {
    byte[] of20 = wrapped(mechanism, random(20), cryptoki, session, key);
    byte[] of32 = wrapped(mechanism, random(32), cryptoki, session, key);
    int long32 = of32 == null ? 0 : of32.length;
    if (long32 == 40 && (of20 == null || mechanism == Ckm.AES_KEY_WRAP)) {
      return WrapAlgorithm.AES_KW.name();
    }
    if (long32 == 40 && of20 != null && of20.length == 32) {
      return WrapAlgorithm.AES_KWP.name();
    }
    if (long32 == 48 && of20 != null && of20.length == 32) {
      return WrapAlgorithm.AES_KW_PKCS5.name();
    }
    return UNKNOWN + " (32 bytes became " + long32 + ")";
  }

  /** Whether 20 bytes come back as 20. */
  private static boolean comesBack(
      long mechanism, Cryptoki cryptoki, PooledSession session, long key) throws CkrException {
    byte[] odd = random(20);
    byte[] wrapped = wrapped(mechanism, odd, cryptoki, session, key);
    if (wrapped == null) {
      return false;
    }
    try {
      long object =
          cryptoki.unwrapKey(
              session.handle(), Mechanism.of(mechanism), key, wrapped, SessionObjects.READABLE);
      return Arrays.equals(odd, SessionObjects.readAndDestroy(cryptoki, session, object));
    } catch (CkrException e) {
      return false;
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte @Nullable [] wrapped(
      long mechanism, byte[] material, Cryptoki cryptoki, PooledSession session, long key)
      throws CkrException {
    long object = SessionObjects.create(cryptoki, session, material);
    try {
      return cryptoki.wrapKey(session.handle(), Mechanism.of(mechanism), key, object, 128);
    } catch (CkrException e) {
      if (e.is(REFUSALS)) {
        return null;
      }
      throw e;
    } finally {
      cryptoki.destroyObject(session.handle(), object);
    }
  }
}
