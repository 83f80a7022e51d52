#define _GNU_SOURCE
#include "stub.h"
#include <string.h>
#include <sys/mman.h>

enum { POINTER_AT = 8, DETOUR_AT = 0x40, INT3 = 0xcc };

static uint32_t stub;

const char *make_stub(uint32_t address) {
  stub = address;
  if (!address) return 0;
  void *wanted = (void *)(uintptr_t)address;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_POPULATE;
  uint8_t *code = mmap(wanted, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (code != wanted) return "the pages of the exit stub cannot be mapped";
  memset(code, INT3, PAGE_BYTES);
  /* jmp [rip + 2]: the pointer is aligned, for AC may be set. */
  static const uint8_t jump[] = {0xff, 0x25, 2, 0, 0, 0};
  memcpy(code, jump, sizeof jump);
  uint64_t gate = (uint64_t)exit_gate;
  memcpy(code + POINTER_AT, &gate, sizeof gate);
  /* cs: lss esp, [data]; cs: jmp far [data + 8] */
  uint8_t detour[] = {0x2e, 0x0f, 0xb2, 0x25, 0, 0, 0, 0, 0x2e, 0xff, 0x2d, 0, 0, 0, 0};
  uint32_t stack = address + PAGE_BYTES, place = stack + 8;
  memcpy(detour + 4, &stack, 4);
  memcpy(detour + 11, &place, 4);
  memcpy(code + DETOUR_AT, detour, sizeof detour);
  return mprotect(code, PAGE_BYTES, PROT_READ | PROT_EXEC) ? "the exit stub cannot be made executable" : 0;
}

int has_stub(void) { return stub != 0; }

unsigned write_exit_jump(uint8_t *into, unsigned mode, uint32_t address) {
  if (mode == 64) {
    int32_t distance = (int32_t)(stub - (address + 5));
    into[0] = 0xe9;
    memcpy(into + 1, &distance, 4);
    return 5;
  }
  unsigned at = 0;
  if (mode == 16) into[at++] = 0x66;
  into[at++] = 0xea;
  memcpy(into + at, &stub, 4);
  into[at + 4] = 0x33;
  into[at + 5] = 0;
  return at + 6;
}

void detour_by_lss(struct entry_frame *frame) {
  volatile uint32_t *data = (volatile uint32_t *)(uintptr_t)(stub + PAGE_BYTES);
  data[0] = (uint32_t)frame->rsp;
  data[1] = (uint32_t)frame->ss;
  data[2] = (uint32_t)frame->rip;
  data[3] = (uint32_t)frame->cs;
  frame->rip = stub + DETOUR_AT;
  frame->cs = 0x23;
  frame->ss = 0x2b;
}
