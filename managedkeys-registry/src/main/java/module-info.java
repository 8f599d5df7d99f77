/** Namespaces, backends, keys, grants, pins, and the one chain that every call goes through. */
module io.managedkeys.registry {
  requires transitive io.managedkeys;
  requires transitive org.jspecify;
  requires org.slf4j;

  exports io.managedkeys.registry;

  uses io.managedkeys.spi.BackendProvider;
}
