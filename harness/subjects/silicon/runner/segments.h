/* The local descriptor table of the tests. */
#ifndef SEGMENTS_H
#define SEGMENTS_H
#include "wire.h"

/* Returns a message where it fails, else null. */
const char *make_segments(const struct segment_record *records, unsigned count);
/* True of a selector whose segment has a 16-bit stack pointer. */
int has_small_stack(uint32_t selector);
uint32_t base_of_segment(uint32_t selector);
#endif
