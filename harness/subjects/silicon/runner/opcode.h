/* The little that must be known of the instruction that is executed. */
#ifndef OPCODE_H
#define OPCODE_H
#include <stdint.h>
/* INT3 and INT 3: a breakpoint is what they are for, not a place where something else has landed. */
int raises_breakpoint(const uint8_t *code, unsigned mode);
#endif
