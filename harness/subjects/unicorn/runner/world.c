#define _GNU_SOURCE
#include "world.h"
#include <string.h>
#include <sys/mman.h>

/* Which pages a test has touched by its runs: a test's own writes are found by comparison. */
static uint32_t touched;

void make_world(struct world *world, const struct page_record *records, unsigned count, int is_real) {
  world->count = 0;
  for (unsigned k = 0; k < count; k++) {
    if ((records[k].access == ACCESS_REAL) != is_real) continue;
    struct page *page = &world->pages[world->count++];
    page->address = records[k].address;
    page->access = records[k].access;
    page->image = records[k].image;
    page->bytes = mmap(0, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page->bytes, page->image, PAGE_BYTES);
    memcpy(page->before, page->image, PAGE_BYTES);
  }
}

void put(struct world *world, uint32_t address, const uint8_t *bytes, uint32_t length) {
  while (length > 0) {
    uint32_t offset = address % PAGE_BYTES;
    uint32_t part = PAGE_BYTES - offset < length ? PAGE_BYTES - offset : length;
    for (unsigned k = 0; k < world->count; k++) {
      struct page *page = &world->pages[k];
      if (page->address != address - offset) continue;
      memcpy(page->bytes + offset, bytes, part);
      memcpy(page->before + offset, bytes, part);
      touched |= 1u << k;
    }
    address += part;
    bytes += part;
    length -= part;
  }
}

static uint8_t *collect_page(const struct page *page, uint8_t *into, uint16_t *runs) {
  for (uint32_t at = 0; at < PAGE_BYTES; at++) {
    if (at % 64 == 0 && memcmp(page->bytes + at, page->before + at, 64) == 0) {
      at += 63;
      continue;
    }
    if (page->bytes[at] == page->before[at]) continue;
    struct run *run = (struct run *)into;
    run->address = page->address + at;
    uint32_t from = at;
    while (at < PAGE_BYTES && page->bytes[at] != page->before[at]) at++;
    run->length = at - from;
    into += sizeof *run;
    memcpy(into, page->bytes + from, run->length);
    uint32_t padded = (run->length + 7) & ~7u;
    memset(into + run->length, 0, padded - run->length);
    into += padded;
    (*runs)++;
    /* What ends a run is looked at again where a block of 64 begins. */
    at--;
  }
  return into;
}

uint8_t *collect_changes(struct world *world, uint8_t *into, uint16_t *runs) {
  *runs = 0;
  for (unsigned k = 0; k < world->count; k++) {
    struct page *page = &world->pages[k];
    if (memcmp(page->bytes, page->before, PAGE_BYTES) == 0) continue;
    into = collect_page(page, into, runs);
    touched |= 1u << k;
  }
  return into;
}

void restore_world(struct world *world) {
  for (unsigned k = 0; k < world->count; k++) {
    if (((touched >> k) & 1) == 0) continue;
    memcpy(world->pages[k].bytes, world->pages[k].image, PAGE_BYTES);
    memcpy(world->pages[k].before, world->pages[k].image, PAGE_BYTES);
  }
  touched = 0;
}
