#define _GNU_SOURCE
#include "signature.h"
#include <cpuid.h>
#include <string.h>

struct welcome signature_of_cpu(void) {
  struct welcome welcome;
  memset(&welcome, 0, sizeof welcome);
  welcome.magic = WIRE_MAGIC;
  unsigned a, b, c, d;
  __cpuid(0, a, b, c, d);
  memcpy(welcome.vendor, &b, 4);
  memcpy(welcome.vendor + 4, &d, 4);
  memcpy(welcome.vendor + 8, &c, 4);
  __cpuid(1, a, b, c, d);
  welcome.signature = a;
  __cpuid(0x80000000, a, b, c, d);
  if (a < 0x80000004) return welcome;
  for (unsigned k = 0; k < 3; k++) {
    unsigned part[4];
    __cpuid(0x80000002 + k, part[0], part[1], part[2], part[3]);
    memcpy(welcome.name + 16 * k, part, sizeof part);
  }
  return welcome;
}
