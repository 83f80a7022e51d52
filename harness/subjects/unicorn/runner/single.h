/* Single tests: one instruction each, from the state that it begins in to the state that it ends in. */
#ifndef SINGLE_H
#define SINGLE_H
#include "guest.h"

/* The last word of a state: 1 where CR0.PE is 0. */
enum { STATE_IS_REAL = 1 };

/* Returns what went wrong, or null. Finds out where Unicorn keeps the error code of an exception, too. */
const char *prepare_singles(const struct hello *hello, const struct page_record *pages,
                            const struct segment_record *segments);

/* Writes the result, and returns its end. */
uint8_t *run_single(const struct test *test, uint8_t *into);
#endif
