package io.managedkeys.local;

import io.managedkeys.HashAlgorithm;
import io.managedkeys.KeyType;
import java.nio.file.Path;

/** A process that adds keys to a file until it is killed, and says which are safely there. */
final class KilledWriter {

  private KilledWriter() {}

  public static void main(String[] args) {
    Local local = Local.inFile(Path.of(args[0]));
    for (int i = 0; ; i++) {
      String name = args[1] + "-" + i;
      local.generate(name, KeyType.hmac(HashAlgorithm.SHA256));
      System.out.println(name);
      System.out.flush();
    }
  }
}
