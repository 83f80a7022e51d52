/*
 * The machine that Unicorn emulates, but for the sandbox's pages: page tables, descriptor tables, and the supervisor's
 * few instructions by which a test's state comes into force at CPL 3. In real mode there is nothing of it.
 */
#ifndef GUEST_H
#define GUEST_H
#include "world.h"
#include <unicorn/unicorn.h>

/*
 * The supervisor's pages, tables first, at linear addresses that are the physical ones, since Unicorn takes one for the
 * other when it looks whether memory is mapped, and 32 bits of CR3: where no state is aimed at.
 */
enum { POOL = 0x6b3a5000, POOL_PAGES = 32, POOL_END = POOL + POOL_PAGES * PAGE_BYTES };

/* What the supervisor pops: the words of a state in the order in which its instructions take them. */
struct entry_frame {
  uint64_t ds, es, fs, gs;
  uint64_t rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rip, cs, rflags, rsp, ss;
};

struct guest {
  uc_engine *unicorn;
  struct entry_frame *frame;
  uint64_t entry;      /* Linear address of the supervisor's first instruction. */
  uint64_t exit;       /* One where nothing is executed ever. */
  uc_context *context; /* As the supervisor begins. */
};

/* Returns what went wrong, or null. */
const char *make_protected_guest(struct guest *guest, struct world *world, const struct segment_record *segments,
                                 unsigned segment_count);
const char *make_real_guest(struct guest *guest, struct world *world);
#endif
