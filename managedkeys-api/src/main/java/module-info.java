/** The words of managedkeys, and what a backend implements. */
module io.managedkeys {
  requires transitive org.jspecify;

  exports io.managedkeys;
  exports io.managedkeys.codec;
  exports io.managedkeys.spi;
}
