/** Keys in this process's memory or in one encrypted file: the embedded default. */
module io.managedkeys.local {
  requires transitive io.managedkeys;
  requires transitive org.jspecify;
  requires org.slf4j;

  exports io.managedkeys.local;

  provides io.managedkeys.spi.BackendProvider with
      io.managedkeys.local.LocalBackendProvider;
}
