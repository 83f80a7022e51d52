#define _GNU_SOURCE
#include "accesses.h"
#include <string.h>

enum { MOST_ACCESSES = 4096, READ = 1, WRITE = 2 };

static struct {
  uint32_t address;
  uint8_t kind, bytes;
} accesses[MOST_ACCESSES];
static unsigned count;
static int is_watched;

void watch_accesses(void) { is_watched = 1; }

int accesses_are_watched(void) { return is_watched; }

void forget_accesses(void) { count = 0; }

void note_access(int is_write, uint64_t address, int bytes) {
  if (count == MOST_ACCESSES || address >> 32) return;
  accesses[count].address = (uint32_t)address;
  accesses[count].kind = is_write ? WRITE : READ;
  accesses[count].bytes = (uint8_t)bytes;
  count++;
}

uint8_t *write_accesses(uint8_t *into, uint16_t *runs) {
  for (unsigned k = 0; k < count; k++) {
    struct run *run = (struct run *)into;
    memset(into, 0, sizeof *run + 8);
    run->address = accesses[k].address;
    run->length = 2;
    into[sizeof *run] = accesses[k].kind;
    into[sizeof *run + 1] = accesses[k].bytes;
    into += sizeof *run + 8;
  }
  *runs = (uint16_t)count;
  return into;
}
