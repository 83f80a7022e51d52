/* LLVM over a stream, as Intel text, which is all that its C interface gives. Prints its version, then a line a job. */
#include "clock.h"
#include "../../../harness/subjects/llvm/runner/disassembler.h"

enum { INTEL_SYNTAX = 4 };

static LLVMDisasmContextRef context;

static uint64_t print(const uint8_t *code, size_t size, size_t count) {
  uint64_t at = 0, sum = 0;
  for (size_t k = 0; k < count && at < size; k++) {
    char text[256];
    const size_t taken = LLVMDisasmInstruction(context, (uint8_t *)code + at, size - at, 0x1000, text, sizeof text);
    /* What it does not know costs it less than what it prints. */
    at += taken ? taken : 1;
    sum += (uint8_t)text[0];
  }
  return at + sum;
}

int main(int argc, char **argv) {
  must(argc == 5, "llvm FILE WIDTH COUNT ROUNDS");
  const int width = atoi(argv[2]), rounds = atoi(argv[4]);
  must(rounds > 0 && rounds <= MOST_ROUNDS, "ROUNDS is 1 to 64");
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86Disassembler();
  const char *triple = width == 64 ? "x86_64-unknown-unknown" : width == 32 ? "i386-unknown-unknown" : "i386-unknown-unknown-code16";
  context = LLVMCreateDisasmCPUFeatures(triple, "", "", NULL, 0, NULL, NULL);
  must(context && LLVMSetDisasmOptions(context, INTEL_SYNTAX), "LLVM does not start");
  size_t size;
  const uint8_t *code = read_code(argv[1], &size);
  unsigned major, minor, patch;
  LLVMGetVersion(&major, &minor, &patch);
  printf("%u.%u.%u\n", major, minor, patch);
  time_job("Intel text", print, code, size, (size_t)atol(argv[3]), rounds);
  return 0;
}
