/* Two low pages of code and data by which tests enter and leave without an exception: compat code cannot jump to us. */
#ifndef STUB_H
#define STUB_H
#include "crossing.h"
#include "wire.h"

/* `address` 0 makes none. Returns a message where it fails, else null. */
const char *make_stub(uint32_t address);
int has_stub(void);
/* Writes the jump that ends a test of this mode, to stand at `address`; returns its length. */
unsigned write_exit_jump(uint8_t *into, unsigned mode, uint32_t address);
/* IRET does not load all of ESP where the stack is of 16 bits: goes by way of LSS in 32-bit code instead. */
void detour_by_lss(struct entry_frame *frame);
#endif
