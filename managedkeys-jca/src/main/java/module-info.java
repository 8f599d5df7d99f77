/** Managed keys for every library that knows java.security. */
module io.managedkeys.jca {
  requires transitive io.managedkeys;
  requires transitive org.jspecify;
  requires io.managedkeys.registry;
  requires org.slf4j;

  exports io.managedkeys.jca;

  provides java.security.Provider with
      io.managedkeys.jca.ManagedKeysProvider;
}
