/* What a library that disassembles has to do to be asked through two pipes; `serve.c` does the rest, `library.ts` asks. */
#ifndef LIBRARY_H
#define LIBRARY_H
#include "../../silicon/runner/wire.h"
#include <stddef.h>
#include <stdint.h>

enum { SLOT_BYTES = 16, MOST_CONTENT_BYTES = 1 << 19 };

/* Stands before the slots of a batch. With mode 0 there are none, and names are wanted. */
struct setting {
  uint32_t mode;
  uint32_t is_amd;
};

/* Stands before what the library tells of a slot, which is padded to a multiple of 8 bytes. */
struct reading {
  uint32_t bytes;  /* Of this record, with its content. */
  uint32_t length; /* Of the instruction; 0: there is none. */
};

/* Returns what is wrong, or null. */
const char *prepare(struct welcome *welcome);

/* Disassembles the start of a slot: returns the bytes of what it tells, which it puts at `content`. */
size_t disassemble(const struct setting *setting, const uint8_t *slot, uint8_t *content, uint32_t *length);

/* Names that numbers of `disassemble` stand for, each with a 0 behind it. */
size_t tell_names(uint8_t *content);

#endif
