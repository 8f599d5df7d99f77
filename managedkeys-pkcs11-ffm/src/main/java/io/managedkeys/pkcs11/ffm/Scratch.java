package io.managedkeys.pkcs11.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for the length of one call: PINs, plaintexts and keys pass through it, so it is wiped
 * before anybody gets it again. Blocks are reused, because allocating costs as much as a short
 * Cryptoki call; what does not fit gets memory of its own.
 */
final class Scratch implements SegmentAllocator, AutoCloseable {

  private static final long SIZE = 16 * 1024;
  private static final int MOST = 256;
  private static final ConcurrentLinkedDeque<MemorySegment> FREE = new ConcurrentLinkedDeque<>();

  private static final AtomicInteger FREE_COUNT = new AtomicInteger();

  private final MemorySegment block;
  private long used;
  private @Nullable Arena overflow;
  private final List<MemorySegment> large = new ArrayList<>(0);

  private Scratch(MemorySegment block) {
    this.block = block;
  }

  static Scratch get() {
    MemorySegment block = FREE.pollFirst();
    if (block == null) {
      return new Scratch(Arena.ofAuto().allocate(SIZE, 16));
    }
    FREE_COUNT.decrementAndGet();
    return new Scratch(block);
  }

  @Override
  public MemorySegment allocate(long size, long alignment) {
    long start = (used + alignment - 1) & -alignment;
    if (start + size <= SIZE) {
      used = start + size;
      return block.asSlice(start, size);
    }
    Arena arena = overflow;
    if (arena == null) {
      arena = Arena.ofConfined();
      overflow = arena;
    }
    MemorySegment segment = arena.allocate(size, alignment);
    large.add(segment);
    return segment;
  }

  MemorySegment bytes(byte[] bytes) {
    MemorySegment segment = allocate(Math.max(1, bytes.length), 8);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  MemorySegment ulong(long value) {
    MemorySegment segment = allocate(8, 8);
    segment.set(ValueLayout.JAVA_LONG, 0, value);
    return segment;
  }

  @Override
  public void close() {
    block.asSlice(0, used).fill((byte) 0);
    Arena arena = overflow;
    if (arena != null) {
      large.forEach(segment -> segment.fill((byte) 0));
      arena.close();
    }
    if (FREE_COUNT.incrementAndGet() <= MOST) {
      FREE.addFirst(block);
    } else {
      FREE_COUNT.decrementAndGet();
    }
  }
}
