#define _GNU_SOURCE
#include "segments.h"
#include <asm/ldt.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct segment_record segments[MOST_SEGMENTS];
static unsigned segment_count;

enum { CONTENTS_DATA, CONTENTS_EXPAND_DOWN, CONTENTS_CODE, NEW_FORMAT = 0x11 };

const char *make_segments(const struct segment_record *records, unsigned count) {
  segment_count = count;
  memcpy(segments, records, count * sizeof *records);
  for (unsigned k = 0; k < count; k++) {
    const struct segment_record *from = &segments[k];
    int is_coarse = from->limit > 0xfffff;
    struct user_desc into;
    memset(&into, 0, sizeof into);
    into.entry_number = from->entry;
    into.base_addr = from->base;
    into.limit = is_coarse ? from->limit >> 12 : from->limit;
    into.limit_in_pages = is_coarse;
    into.seg_32bit = !!(from->flags & SEGMENT_BIG);
    into.contents = from->flags & SEGMENT_CODE          ? CONTENTS_CODE
                    : from->flags & SEGMENT_EXPAND_DOWN ? CONTENTS_EXPAND_DOWN
                                                        : CONTENTS_DATA;
    into.read_exec_only = !(from->flags & SEGMENT_OPEN);
    into.seg_not_present = !!(from->flags & SEGMENT_ABSENT);
    if (syscall(SYS_modify_ldt, NEW_FORMAT, &into, sizeof into))
      return "the kernel refuses descriptors (modify_ldt with 16-bit segments)";
  }
  return 0;
}

static const struct segment_record *segment_of(uint32_t selector) {
  if (!(selector & 4)) return 0;
  for (unsigned k = 0; k < segment_count; k++)
    if (segments[k].entry == selector >> 3) return &segments[k];
  return 0;
}

int has_small_stack(uint32_t selector) {
  const struct segment_record *segment = segment_of(selector);
  return segment && !(segment->flags & SEGMENT_BIG);
}

uint32_t base_of_segment(uint32_t selector) {
  const struct segment_record *segment = segment_of(selector);
  return segment ? segment->base : 0;
}
