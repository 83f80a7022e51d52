#define _GNU_SOURCE
#include "batch.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

struct progress *progress;
uint8_t *input, *output;
uint32_t *test_offsets;

static void *shared(size_t bytes) {
  void *at = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) {
    fprintf(stderr, "there is no memory for batches\n");
    exit(1);
  }
  return at;
}

void make_batch(void) {
  progress = shared(PAGE_BYTES);
  input = shared(INPUT_BYTES);
  output = shared(OUTPUT_BYTES);
  test_offsets = shared(MOST_TESTS * sizeof *test_offsets);
}

void protect_batch(void) {
  mprotect(input, INPUT_BYTES, PROT_READ);
  mprotect(test_offsets, MOST_TESTS * sizeof *test_offsets, PROT_READ);
}
