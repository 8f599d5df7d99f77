package io.managedkeys.pkcs11.jni;

import iaik.pkcs.pkcs11.wrapper.PKCS11;
import io.managedkeys.pkcs11.cryptoki.Cryptoki;
import io.managedkeys.pkcs11.cryptoki.CryptokiBinding;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.StaticLogger;

/**
 * Binding {@code jni}. Its native library is unpacked from the wrapper's jar into {@code
 * java.io.tmpdir} (or the folder named by the system property {@code PKCS11_TEMP_DIR}), which must
 * not be mounted noexec.
 */
public final class JniBinding implements CryptokiBinding {

  /** For {@link java.util.ServiceLoader}. */
  public JniBinding() {}

  @Override
  public String name() {
    return "jni";
  }

  @Override
  public int preference() {
    return 10;
  }

  @Override
  public @Nullable String unavailable() {
    return null;
  }

  @Override
  public boolean asksLengthFirst() {
    return true;
  }

  @Override
  public Cryptoki load(Path library) throws IOException {
    // Without a logger the wrapper prints to standard output.
    StaticLogger.setLogger(
        new WrapperLog(LoggerFactory.getLogger("io.managedkeys.pkcs11.jni.wrapper")));
    PKCS11 functions;
    try {
      functions = PKCS11Module.getInstance(library.toString()).getPKCS11Module();
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(
          "the native part of the PKCS#11 wrapper can't be loaded (it is unpacked into"
              + " java.io.tmpdir, or the folder in system property PKCS11_TEMP_DIR, which must not be"
              + " mounted noexec; it needs glibc, Windows or macOS): "
              + e.getMessage(),
          e);
    }
    return new JniCryptoki(functions);
  }
}
