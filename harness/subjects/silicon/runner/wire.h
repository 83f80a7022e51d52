/* What goes through the two pipes: little-endian records whose lengths are multiples of 8 bytes. `wire.ts` says the same. */
#ifndef WIRE_H
#define WIRE_H
#include <stdint.h>

enum { WIRE_MAGIC = 0x314e5354, PAGE_BYTES = 4096, MOST_PAGES = 16, MOST_SEGMENTS = 64, CODE_BYTES = 16 };

/* The integer state of the CPU: harness/execution.ts has its words. */
struct state {
  uint64_t gpr[16]; /* rax rcx rdx rbx rsp rbp rsi rdi r8 ... r15 */
  uint64_t rip, rflags;
  uint32_t selectors[6]; /* es cs ss ds fs gs */
  uint64_t fs_base, gs_base;
  uint64_t unused;
};

/* First: the world, once. After it stand `pages` page records, then `segments` segment records. */
struct hello {
  uint32_t magic, pages, segments;
  uint32_t stub; /* Linear address of the two pages by which tests enter and leave fast; 0: without. */
};
enum access { ACCESS_READ_WRITE, ACCESS_READ_ONLY, ACCESS_EXECUTE };
struct page_record {
  uint32_t address, access;
  uint8_t image[PAGE_BYTES];
};
enum segment_flags { SEGMENT_CODE = 1, SEGMENT_BIG = 2, SEGMENT_OPEN = 4, SEGMENT_EXPAND_DOWN = 8, SEGMENT_ABSENT = 16 };
struct segment_record {
  uint32_t entry, base, limit, flags; /* SEGMENT_OPEN: code that is readable, data that is writable. */
};

/* The answer to it. */
struct welcome {
  uint32_t magic, signature; /* CPUID leaf 1, EAX. */
  char vendor[16], name[48];
};

/* Then batches: this, and `count` tests of `bytes` bytes together. */
struct batch {
  uint32_t bytes, count;
};

/* How a test that runs to its end comes back. */
enum ending {
  END_EXIT,    /* By a jump that is put behind the instruction: its length must be known. */
  END_LANDING, /* At INT3, or at a page that is not executable. */
  END_STEP,    /* By a single-step trap. */
};
enum { TEST_REPEATS = 1 }; /* Stepped again for as long as RIP stays. */

struct test {
  uint32_t bytes; /* Of this record, with its runs. */
  uint8_t mode, length, ending : 4, flags : 4, runs;
  uint8_t code[CODE_BYTES];
  struct state state;
};
/* Bytes to be put into the sandbox before, or found changed after; padded to a multiple of 8. */
struct run {
  uint32_t address, length;
};

enum outcome {
  OUTCOME_EXECUTED,
  OUTCOME_FAULT,
  OUTCOME_SYSTEM_CALL,
  OUTCOME_DIED,      /* The runner with it. */
  OUTCOME_TIMED_OUT, /* It had to be killed. */
  OUTCOME_NO_ENTRY,  /* The state cannot be loaded. */
  OUTCOME_STUCK,     /* It begins again and again: the kernel takes its fault for one that it has mended. */
  OUTCOME_NO_MEMORY, /* Of emulators: it has gone where nothing is. */
};

struct result {
  uint32_t bytes;
  uint8_t outcome, vector;
  uint16_t runs;
  uint32_t error;
  uint32_t detail; /* Of a death: how waitpid tells it. */
  uint64_t address; /* CR2 */
  struct state state;
};

_Static_assert(sizeof(struct state) == 192, "the words of CpuState");
_Static_assert(sizeof(struct test) == 216 && sizeof(struct result) == 216, "fixed parts");
#endif
