package io.managedkeys.interop;

/** The backends that every test of this module runs on. */
enum BackendKind {
  LOCAL,
  SOFTHSM
}
