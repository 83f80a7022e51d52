// Unicorn at one instruction a time, through its C API: set all registers, write the code, run it, read all registers.
//   one-shot CASES RESULTS ROUNDS
// CASES begins with the width of code and the count of cases as 32-bit numbers. A case is 16 bytes of code, padded with HLT,
// and 18 64-bit numbers: the general registers in the order of their encoding, rIP, rFLAGS. RESULTS has for each case the
// error as a 64-bit number, and the same 18 after it, of the first round. Prints the version, and a line a round: its
// milliseconds of CPU time.
#include "../native/clock.h"
#include <string.h>
#include <unicorn/unicorn.h>

enum { REGISTERS = 18, CODE_BYTES = 16, MEMORY_BYTES = 16 << 20 };

struct test {
  uint8_t code[CODE_BYTES];
  uint64_t registers[REGISTERS];
};

struct result {
  uint64_t error;
  uint64_t registers[REGISTERS];
};

static int names64[REGISTERS] = {
    UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX, UC_X86_REG_RSP, UC_X86_REG_RBP,
    UC_X86_REG_RSI, UC_X86_REG_RDI, UC_X86_REG_R8,  UC_X86_REG_R9,  UC_X86_REG_R10, UC_X86_REG_R11,
    UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15, UC_X86_REG_RIP, UC_X86_REG_EFLAGS};
static int names32[] = {UC_X86_REG_EAX, UC_X86_REG_ECX, UC_X86_REG_EDX, UC_X86_REG_EBX, UC_X86_REG_ESP,
                        UC_X86_REG_EBP, UC_X86_REG_ESI, UC_X86_REG_EDI, UC_X86_REG_EIP, UC_X86_REG_EFLAGS};
// Where the registers of 32-bit code stand among the 18.
static const int places32[] = {0, 1, 2, 3, 4, 5, 6, 7, 16, 17};

int main(int argc, char **argv) {
  must(argc == 4, "one-shot CASES RESULTS ROUNDS");
  FILE *file = fopen(argv[1], "rb");
  must(file != NULL, "CASES cannot be read");
  uint32_t header[2];
  must(fread(header, sizeof header, 1, file) == 1, "CASES has no header");
  const uint32_t count = header[1];
  struct test *tests = malloc(count * sizeof *tests);
  struct result *results = calloc(count, sizeof *results);
  must(tests != NULL && results != NULL, "no memory");
  must(fread(tests, sizeof *tests, count, file) == count, "CASES ends early");
  fclose(file);

  uc_engine *uc;
  must(uc_open(UC_ARCH_X86, header[0] == 64 ? UC_MODE_64 : UC_MODE_32, &uc) == UC_ERR_OK, "uc_open");
  must(uc_mem_map(uc, 0, MEMORY_BYTES, UC_PROT_ALL) == UC_ERR_OK, "uc_mem_map");
  const int names = header[0] == 64 ? REGISTERS : 10;
  int *name = header[0] == 64 ? names64 : names32;
  unsigned major, minor;
  uc_version(&major, &minor);
  printf("%u.%u.%u\n", major, minor, uc_version(NULL, NULL) >> 8 & 0xff);

  for (int round = 0, rounds = atoi(argv[3]); round < rounds; round++) {
    const double start = cpu_ms();
    for (uint32_t k = 0; k < count; k++) {
      struct test *test = &tests[k];
      uint64_t after[REGISTERS];
      void *in[REGISTERS], *out[REGISTERS];
      memset(after, 0, sizeof after);
      for (int r = 0; r < names; r++) {
        const int place = names == REGISTERS ? r : places32[r];
        in[r] = &test->registers[place];
        out[r] = &after[place];
      }
      const uint64_t address = test->registers[16];
      uc_reg_write_batch(uc, name, in, names);
      uc_mem_write(uc, address, test->code, CODE_BYTES);
      uc_ctl_remove_cache(uc, address, address + CODE_BYTES);
      const uc_err error = uc_emu_start(uc, address, MEMORY_BYTES - 1, 0, 1);
      uc_reg_read_batch(uc, name, out, names);
      if (round > 0) continue;
      results[k].error = error;
      memcpy(results[k].registers, after, sizeof after);
    }
    printf("%.3f\n", cpu_ms() - start);
  }

  file = fopen(argv[2], "wb");
  must(file != NULL && fwrite(results, sizeof *results, count, file) == count && fclose(file) == 0, "RESULTS cannot be written");
  uc_close(uc);
  return 0;
}
