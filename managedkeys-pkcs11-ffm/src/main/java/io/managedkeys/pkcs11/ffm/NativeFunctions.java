package io.managedkeys.pkcs11.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.managedkeys.pkcs11.cryptoki.CkrException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The functions of a module's {@code CK_FUNCTION_LIST} (PKCS#11 2.40, section 4.6), by their place in
 * it. CK_ULONG, handles and flags are 8 bytes on the systems this binding serves.
 */
@SuppressWarnings("restricted") // that is what this artifact is for; see FfmBinding.unavailable()
final class NativeFunctions {

  /** Pointers in the list that PKCS#11 2.40 defines. */
  private static final int COUNT = 68;

  private static final Linker LINKER = Linker.nativeLinker();

  final MethodHandle initialize;
  final MethodHandle finalizeModule;
  final MethodHandle getInfo;
  final MethodHandle getSlotList;
  final MethodHandle getSlotInfo;
  final MethodHandle getTokenInfo;
  final MethodHandle getMechanismList;
  final MethodHandle getMechanismInfo;
  final MethodHandle openSession;
  final MethodHandle closeSession;
  final MethodHandle closeAllSessions;
  final MethodHandle getSessionInfo;
  final MethodHandle login;
  final MethodHandle logout;
  final MethodHandle createObject;
  final MethodHandle destroyObject;
  final MethodHandle getAttributeValue;
  final MethodHandle setAttributeValue;
  final MethodHandle findObjectsInit;
  final MethodHandle findObjects;
  final MethodHandle findObjectsFinal;
  final MethodHandle encryptInit;
  final MethodHandle encrypt;
  final MethodHandle decryptInit;
  final MethodHandle decrypt;
  final MethodHandle signInit;
  final MethodHandle sign;
  final MethodHandle generateKey;
  final MethodHandle generateKeyPair;
  final MethodHandle wrapKey;
  final MethodHandle unwrapKey;
  final MethodHandle deriveKey;
  final MethodHandle generateRandom;

  NativeFunctions(Path library) throws CkrException {
    // In the global arena: a module is never unloaded, since its threads could still run.
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    MemorySegment entryPoint =
        symbols
            .find("C_GetFunctionList")
            .orElseThrow(() -> new IllegalArgumentException("no C_GetFunctionList"));
    MethodHandle getFunctionList =
        LINKER.downcallHandle(entryPoint, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    MemorySegment list;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      long answer = (long) getFunctionList.invokeExact(out);
      if (answer != 0) {
        throw new CkrException("C_GetFunctionList", answer);
      }
      list = out.get(ADDRESS, 0).reinterpret(8 + 8L * COUNT);
    } catch (CkrException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    initialize = function(list, 0, ADDRESS);
    finalizeModule = function(list, 1, ADDRESS);
    getInfo = function(list, 2, ADDRESS);
    getSlotList = function(list, 4, JAVA_BYTE, ADDRESS, ADDRESS);
    getSlotInfo = function(list, 5, JAVA_LONG, ADDRESS);
    getTokenInfo = function(list, 6, JAVA_LONG, ADDRESS);
    getMechanismList = function(list, 7, JAVA_LONG, ADDRESS, ADDRESS);
    getMechanismInfo = function(list, 8, JAVA_LONG, JAVA_LONG, ADDRESS);
    openSession = function(list, 12, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
    closeSession = function(list, 13, JAVA_LONG);
    closeAllSessions = function(list, 14, JAVA_LONG);
    getSessionInfo = function(list, 15, JAVA_LONG, ADDRESS);
    login = function(list, 18, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    logout = function(list, 19, JAVA_LONG);
    createObject = function(list, 20, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    destroyObject = function(list, 22, JAVA_LONG, JAVA_LONG);
    getAttributeValue = function(list, 24, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    setAttributeValue = function(list, 25, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    findObjectsInit = function(list, 26, JAVA_LONG, ADDRESS, JAVA_LONG);
    findObjects = function(list, 27, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    findObjectsFinal = function(list, 28, JAVA_LONG);
    encryptInit = function(list, 29, JAVA_LONG, ADDRESS, JAVA_LONG);
    encrypt = function(list, 30, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    decryptInit = function(list, 33, JAVA_LONG, ADDRESS, JAVA_LONG);
    decrypt = function(list, 34, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    signInit = function(list, 42, JAVA_LONG, ADDRESS, JAVA_LONG);
    sign = function(list, 43, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    generateKey = function(list, 58, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    generateKeyPair =
        function(
            list, 59, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    wrapKey = function(list, 60, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS);
    unwrapKey =
        function(
            list, 61, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
            ADDRESS);
    deriveKey = function(list, 62, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    generateRandom = function(list, 64, JAVA_LONG, ADDRESS, JAVA_LONG);
  }

  /** The function at a place of the list, which follows a version padded to 8 bytes. */
  private static MethodHandle function(MemorySegment list, int place, MemoryLayout... arguments) {
    MemorySegment pointer = list.get(ADDRESS, 8 + 8L * place);
    if (pointer.equals(MemorySegment.NULL)) {
      throw new IllegalArgumentException("function " + place + " of its function list is null");
    }
    return LINKER.downcallHandle(pointer, FunctionDescriptor.of(JAVA_LONG, arguments));
  }
}
