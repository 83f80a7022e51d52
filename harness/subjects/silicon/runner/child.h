/* The process that executes tests. */
#ifndef CHILD_H
#define CHILD_H
#include "wire.h"

struct world {
  struct hello hello;
  struct page_record pages[MOST_PAGES];
  struct segment_record segments[MOST_SEGMENTS];
};

/* Says "ready" by a byte; then executes a batch for each byte it reads, and answers with one. Does not return. */
_Noreturn void run_child(const struct world *world, int orders, int reports);
#endif
