/* The pages that tests see: what they hold before a test, what it changed, and how they come back. */
#ifndef SANDBOX_H
#define SANDBOX_H
#include "wire.h"

struct page {
  uint32_t address;
  uint32_t access;
  uint8_t *seen;    /* Where tests see it. */
  uint8_t *written; /* Where we write it: elsewhere if it is read-only to tests. */
  uint8_t image[PAGE_BYTES] __attribute__((aligned(64)));
  uint8_t before[PAGE_BYTES] __attribute__((aligned(64))); /* The image with the pokes of the test. */
};

/* Returns a message where it fails, else null. */
const char *map_sandbox(const struct page_record *records, unsigned count);
/* Bytes outside the pages are left out. */
void poke(uint32_t address, const uint8_t *bytes, uint32_t length);
/* True where all of these bytes are in one executable page. */
int is_in_code(uint32_t address, uint32_t length);
/* Writes a run for each maximal row of changed bytes of a page, and puts the bytes back; returns the end. */
uint8_t *collect_changes(uint8_t *out, uint16_t *runs);
/* Takes the pokes back. */
void forget_pokes(void);
#endif
