/*
 * Executes single instructions in Unicorn: reads the world and batches of tests from standard input, writes results to
 * standard output (harness/subjects/silicon/runner/wire.h).
 */
#define _GNU_SOURCE
#include "single.h"
#include "accesses.h"
#include "../../silicon/runner/pipes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 1 << 21, RESULT_ROOM = 1 << 20, MOST_BATCH_BYTES = 1 << 28 };

static uint8_t output[OUTPUT_BYTES] __attribute__((aligned(8)));

static void greet(void) {
  static struct hello hello;
  static struct page_record pages[MOST_PAGES];
  static struct segment_record segments[MOST_SEGMENTS];
  if (!read_all(&hello, sizeof hello)) exit(0);
  if (hello.magic != WIRE_MAGIC) fail("the greeting is of another version");
  if (hello.pages > MOST_PAGES || hello.segments > MOST_SEGMENTS) fail("the world is too large");
  if (!read_all(pages, hello.pages * sizeof *pages)) exit(1);
  if (!read_all(segments, hello.segments * sizeof *segments)) exit(1);
  const char *trouble = prepare_singles(&hello, pages, segments);
  if (trouble) fail(trouble);
  struct welcome welcome = {.magic = WIRE_MAGIC, .signature = uc_version(0, 0), .vendor = "unicorn"};
  write_all(&welcome, sizeof welcome);
}

/* Runs must be within the record, which must be within the batch. */
static int is_sound(const struct test *test, size_t left) {
  if (left < sizeof *test || test->bytes < sizeof *test || test->bytes > left || test->bytes % 8) return 0;
  if (test->length > CODE_BYTES) return 0;
  size_t at = sizeof *test;
  for (unsigned k = 0; k < test->runs; k++) {
    const struct run *run = (const struct run *)((const uint8_t *)test + at);
    if (at + sizeof *run > test->bytes || run->length > test->bytes) return 0;
    at += sizeof *run + ((run->length + 7) & ~7u);
  }
  return at <= test->bytes;
}

static void run_batch(const uint8_t *input, const struct batch *batch) {
  uint8_t *end = output;
  size_t at = 0;
  for (unsigned k = 0; k < batch->count; k++) {
    const struct test *test = (const struct test *)(input + at);
    if (!is_sound(test, batch->bytes - at)) fail("a test is not as it should be");
    at += test->bytes;
    end = run_single(test, end);
    if (end <= output + OUTPUT_BYTES - RESULT_ROOM) continue;
    write_all(output, (size_t)(end - output));
    end = output;
  }
  write_all(output, (size_t)(end - output));
}

/* With an argument, accesses are told in place of changes. */
int main(int count, char **arguments) {
  (void)arguments;
  if (count > 1) watch_accesses();
  greet();
  struct batch batch;
  static uint8_t *input;
  static size_t room;
  while (read_all(&batch, sizeof batch)) {
    if (batch.bytes > MOST_BATCH_BYTES) fail("a batch is too large");
    if (batch.bytes > room) {
      free(input);
      room = batch.bytes;
      input = malloc(room);
      if (!input) fail("there is no memory for a batch");
    }
    if (!read_all(input, batch.bytes)) return 1;
    run_batch(input, &batch);
  }
  return 0;
}
