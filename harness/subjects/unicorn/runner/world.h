/* The sandbox's pages: what they hold before a test, what a test puts there, and what it has changed. */
#ifndef WORLD_H
#define WORLD_H
#include "../../silicon/runner/wire.h"

/* As `access` of a page that only tests in real mode see. */
enum { ACCESS_REAL = 3 };

struct page {
  uint32_t address, access;
  uint8_t *bytes;                  /* As the guest sees it. */
  uint8_t before[PAGE_BYTES];      /* As the test begins. */
  const uint8_t *image;            /* Nobody's run is over it. */
};

/* Pages of one kind of tests: in real mode, or not. */
struct world {
  struct page pages[MOST_PAGES];
  unsigned count;
};

/* Takes those page records that are its kind's. */
void make_world(struct world *world, const struct page_record *records, unsigned count, int is_real);

/* Puts bytes there; what is outside the pages is left out. */
void put(struct world *world, uint32_t address, const uint8_t *bytes, uint32_t length);

/* Writes a run for each maximal row of bytes of a page that are others than before; returns the end. */
uint8_t *collect_changes(struct world *world, uint8_t *into, uint16_t *runs);

/* The images again. */
void restore_world(struct world *world);
#endif
