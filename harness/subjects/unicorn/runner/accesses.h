/*
 * What a test reads and writes, told in place of what it changes: a run each, whose first byte is 1 of a read and 2 of a
 * write, and whose second is its size in bytes.
 */
#ifndef ACCESSES_H
#define ACCESSES_H
#include "../../silicon/runner/wire.h"
/* From now on. */
void watch_accesses(void);
int accesses_are_watched(void);
void forget_accesses(void);
void note_access(int is_write, uint64_t address, int bytes);
/* Returns the end. */
uint8_t *write_accesses(uint8_t *into, uint16_t *runs);
#endif
