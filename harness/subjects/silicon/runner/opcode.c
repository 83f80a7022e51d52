#define _GNU_SOURCE
#include "opcode.h"

static int is_prefix(uint8_t byte, unsigned mode) {
  switch (byte) {
    case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: case 0x66: case 0x67: case 0xf0: case 0xf2: case 0xf3:
      return 1;
    default:
      return mode == 64 && (byte & 0xf0) == 0x40;
  }
}

int raises_breakpoint(const uint8_t *code, unsigned mode) {
  unsigned at = 0;
  while (at < 14 && is_prefix(code[at], mode)) at++;
  return code[at] == 0xcc || (code[at] == 0xcd && code[at + 1] == 3);
}
