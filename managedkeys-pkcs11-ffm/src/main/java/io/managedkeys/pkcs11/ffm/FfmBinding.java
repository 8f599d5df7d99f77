package io.managedkeys.pkcs11.ffm;

import io.managedkeys.pkcs11.cryptoki.CkrException;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.CryptokiBinding;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Binding {@code ffm}: makes exactly one Cryptoki call for each step of an operation. */
public final class FfmBinding implements CryptokiBinding {

  /** For {@link java.util.ServiceLoader}. */
  public FfmBinding() {}

  @Override
  public String name() {
    return "ffm";
  }

  @Override
  public int preference() {
    return 20;
  }

  @Override
  public @Nullable String unavailable() {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows")) {
      return "on Windows CK_ULONG has 4 bytes and structures are packed, which this binding does not"
          + " do; use jni";
    }
    if (ValueLayout.ADDRESS.byteSize() != 8) {
      return "it needs a 64-bit JVM; use jni";
    }
    if (!FfmBinding.class.getModule().isNativeAccessEnabled()) {
      return "native access is not enabled: start the JVM with --enable-native-access="
          + (FfmBinding.class.getModule().isNamed()
              ? FfmBinding.class.getModule().getName()
              : "ALL-UNNAMED");
    }
    return null;
  }

  @Override
  public boolean asksLengthFirst() {
    return false;
  }

  @Override
  public Cryptoki load(Path library) throws IOException {
    try {
      return new FfmCryptoki(new NativeFunctions(library));
    } catch (CkrException e) {
      throw new IOException(library + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException | IllegalCallerException e) {
      throw new IOException(library + " can't be loaded: " + e.getMessage(), e);
    }
  }
}
