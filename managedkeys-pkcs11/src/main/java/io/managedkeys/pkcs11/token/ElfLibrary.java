package io.managedkeys.pkcs11.token;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads from an ELF file what decides whether it may be loaded: its type, its machine and the
 * functions it exports, through the dynamic section that the loader itself uses (System V ABI,
 * chapters 4 and 5), so that a stripped library is read as well.
 */
final class ElfLibrary {

  private static final int ET_DYN = 3;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final long DT_HASH = 4;
  private static final long DT_STRTAB = 5;
  private static final long DT_SYMTAB = 6;
  private static final long DT_STRSZ = 10;
  private static final long DT_GNU_HASH = 0x6ffffef5L;
  private static final int STT_FUNC = 2;
  private static final int STT_GNU_IFUNC = 10;

  /** {@code os.arch} as {@code e_machine} and word size in bits. */
  private static final Map<String, int[]> MACHINES =
      Map.of(
          "amd64", new int[] {62, 64},
          "x86_64", new int[] {62, 64},
          "aarch64", new int[] {183, 64},
          "x86", new int[] {3, 32},
          "i386", new int[] {3, 32},
          "arm", new int[] {40, 32},
          "ppc64le", new int[] {21, 64},
          "s390x", new int[] {22, 64},
          "riscv64", new int[] {243, 64});

  private record Segment(long offset, long address, long fileSize) {}

  private final ByteBuffer file;
  private final boolean wide;
  private final List<Segment> loaded = new ArrayList<>();

  private ElfLibrary(ByteBuffer file, boolean wide) {
    this.file = file;
    this.wide = wide;
  }

  /**
   * Checks a file against this JVM's architecture and looks for an exported function.
   *
   * @return null if the file is a shared object of this architecture that exports the function, else
   *     what is wrong with it
   */
  static @org.jspecify.annotations.Nullable String check(Path path, String arch, String function)
      throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      if (channel.size() < 64 || channel.size() > Integer.MAX_VALUE) {
        return "it is not an ELF file (" + channel.size() + " bytes)";
      }
      ByteBuffer file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      if (file.getInt(0) != 0x7F454C46) {
        return "it is not an ELF file";
      }
      boolean wide = file.get(4) == 2;
      file.order(file.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int type = file.getShort(16) & 0xFFFF;
      int machine = file.getShort(18) & 0xFFFF;
      if (type != ET_DYN) {
        return "it is an ELF file but no shared object";
      }
      int[] expected = MACHINES.get(arch);
      if (expected != null && (expected[0] != machine || (expected[1] == 64) != wide)) {
        return "it is built for another machine (ELF machine "
            + machine
            + (wide ? ", 64 bit" : ", 32 bit")
            + "; this JVM runs on "
            + arch
            + ")";
      }
      return new ElfLibrary(file, wide).exports(function)
          ? null
          : "it does not export " + function + ", so it is no PKCS#11 module";
    } catch (IndexOutOfBoundsException e) {
      return "its ELF structure is damaged or truncated";
    }
  }

  private long word(long at) {
    return wide ? file.getLong(index(at)) : file.getInt(index(at)) & 0xFFFFFFFFL;
  }

  private int half(long at) {
    return file.getShort(index(at)) & 0xFFFF;
  }

  private static int index(long at) {
    if (at < 0 || at > Integer.MAX_VALUE) {
      throw new IndexOutOfBoundsException("offset " + at);
    }
    return (int) at;
  }

  /** Where an address of the loaded image lies in the file. */
  private long offset(long address) {
    for (Segment segment : loaded) {
      if (address >= segment.address && address < segment.address + segment.fileSize) {
        return segment.offset + (address - segment.address);
      }
    }
    throw new IndexOutOfBoundsException("address outside the loaded segments");
  }

  private boolean exports(String function) {
    long headers = word(wide ? 32 : 28);
    int entrySize = half(wide ? 54 : 42);
    int count = half(wide ? 56 : 44);
    long dynamic = -1;
    long dynamicSize = 0;
    for (int i = 0; i < count; i++) {
      long at = headers + (long) i * entrySize;
      int type = file.getInt(index(at));
      long offset = word(at + (wide ? 8 : 4));
      long address = word(at + (wide ? 16 : 8));
      long size = word(at + (wide ? 32 : 16));
      if (type == PT_LOAD) {
        loaded.add(new Segment(offset, address, size));
      } else if (type == PT_DYNAMIC) {
        dynamic = offset;
        dynamicSize = size;
      }
    }
    if (dynamic < 0) {
      return false;
    }
    int wordSize = wide ? 8 : 4;
    long strings = 0;
    long stringsSize = 0;
    long symbols = 0;
    long hash = 0;
    long gnuHash = 0;
    for (long at = dynamic; at < dynamic + dynamicSize; at += 2L * wordSize) {
      long tag = word(at);
      long value = word(at + wordSize);
      if (tag == 0) {
        break;
      } else if (tag == DT_STRTAB) {
        strings = value;
      } else if (tag == DT_STRSZ) {
        stringsSize = value;
      } else if (tag == DT_SYMTAB) {
        symbols = value;
      } else if (tag == DT_HASH) {
        hash = value;
      } else if (tag == DT_GNU_HASH) {
        gnuHash = value;
      }
    }
    if (strings == 0 || symbols == 0) {
      return false;
    }
    long number =
        hash != 0
            ? file.getInt(index(offset(hash) + 4)) & 0xFFFFFFFFL
            : gnuHash != 0 ? gnuHashSymbols(offset(gnuHash)) : 0;
    return findFunction(function, offset(symbols), number, offset(strings), stringsSize);
  }

  /** The number of symbols, which a GNU hash table does not state: one past its last chain's end. */
  private long gnuHashSymbols(long table) {
    int buckets = file.getInt(index(table));
    long firstSymbol = file.getInt(index(table + 4)) & 0xFFFFFFFFL;
    int bloomWords = file.getInt(index(table + 8));
    long bucketsAt = table + 16 + (long) bloomWords * (wide ? 8 : 4);
    long last = 0;
    for (int i = 0; i < buckets; i++) {
      last = Math.max(last, file.getInt(index(bucketsAt + 4L * i)) & 0xFFFFFFFFL);
    }
    if (last < firstSymbol) {
      return firstSymbol;
    }
    long chains = bucketsAt + 4L * buckets;
    while ((file.getInt(index(chains + 4 * (last - firstSymbol))) & 1) == 0) {
      last++;
    }
    return last + 1;
  }

  private boolean findFunction(
      String function, long symbols, long number, long strings, long stringsSize) {
    byte[] wanted = (function + '\0').getBytes(StandardCharsets.US_ASCII);
    int symbolSize = wide ? 24 : 16;
    for (long i = 1; i < number; i++) {
      long at = symbols + i * symbolSize;
      long name = file.getInt(index(at)) & 0xFFFFFFFFL;
      int info = file.get(index(at + (wide ? 4 : 12))) & 0xFF;
      int visibility = file.get(index(at + (wide ? 5 : 13))) & 3;
      int section = half(at + (wide ? 6 : 14));
      int type = info & 0xF;
      int binding = info >>> 4;
      if (section != 0
          && (type == STT_FUNC || type == STT_GNU_IFUNC)
          && (binding == 1 || binding == 2)
          && (visibility == 0 || visibility == 3)
          && name + wanted.length <= stringsSize
          && matches(strings + name, wanted)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(long at, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (file.get(index(at + i)) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
