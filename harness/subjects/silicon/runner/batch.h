/* The memory that parent and child share: tests, which the child only reads; results; and how far it has come. */
#ifndef BATCH_H
#define BATCH_H
#include "wire.h"

enum { INPUT_BYTES = 32 << 20, OUTPUT_BYTES = 64 << 20, MOST_TESTS = 65536 };
/* The most that one result can take: every other byte of each page is a run. */
enum { RESULT_ROOM = 1 << 20 };

struct progress {
  volatile uint32_t next;  /* The test that is under way. */
  volatile uint32_t count;
  volatile uint64_t written;
  volatile uint32_t beats; /* Counts steps, so that a long repetition is not taken for a hang. */
  volatile uint32_t is_running;
};

extern struct progress *progress;
extern uint8_t *input, *output;
extern uint32_t *test_offsets;

void make_batch(void);
/* In the child: what a test could do to them is as little as can be. */
void protect_batch(void);
#endif
