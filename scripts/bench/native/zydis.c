/*
 * Zydis over a stream: without operands, with all operands, and as Intel text. Prints its version, then a line a job. Where it
 * finds no instruction, it goes on with the next byte.
 */
#include "clock.h"
#include <Zydis/Zydis.h>

static ZydisDecoder decoder;
static ZydisFormatter formatter;

static uint64_t decode(const uint8_t *code, size_t size, size_t count) {
  size_t at = 0;
  for (size_t k = 0; k < count && at < size; k++) {
    ZydisDecodedInstruction instruction;
    const ZyanStatus status = ZydisDecoderDecodeInstruction(&decoder, NULL, code + at, size - at, &instruction);
    at += ZYAN_SUCCESS(status) ? instruction.length : 1;
  }
  return at;
}

static uint64_t decode_full(const uint8_t *code, size_t size, size_t count) {
  uint64_t at = 0, sum = 0;
  for (size_t k = 0; k < count && at < size; k++) {
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code + at, size - at, &instruction, operands))) {
      at++;
      continue;
    }
    for (int n = 0; n < instruction.operand_count; n++) sum += operands[n].size + operands[n].actions;
    at += instruction.length;
  }
  return at + sum;
}

static uint64_t print(const uint8_t *code, size_t size, size_t count) {
  uint64_t at = 0, sum = 0;
  for (size_t k = 0; k < count && at < size; k++) {
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    char text[256];
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code + at, size - at, &instruction, operands))) {
      at++;
      continue;
    }
    ZydisFormatterFormatInstruction(&formatter, &instruction, operands, instruction.operand_count_visible, text,
                                    sizeof text, 0x1000, NULL);
    sum += (uint8_t)text[0];
    at += instruction.length;
  }
  return at + sum;
}

int main(int argc, char **argv) {
  must(argc == 5, "zydis FILE WIDTH COUNT ROUNDS");
  const int width = atoi(argv[2]), rounds = atoi(argv[4]);
  must(rounds > 0 && rounds <= MOST_ROUNDS, "ROUNDS is 1 to 64");
  const ZydisMachineMode machine = width == 64   ? ZYDIS_MACHINE_MODE_LONG_64
                                   : width == 32 ? ZYDIS_MACHINE_MODE_LEGACY_32
                                                 : ZYDIS_MACHINE_MODE_LEGACY_16;
  const ZydisStackWidth stack = width == 64   ? ZYDIS_STACK_WIDTH_64
                                : width == 32 ? ZYDIS_STACK_WIDTH_32
                                              : ZYDIS_STACK_WIDTH_16;
  must(ZYAN_SUCCESS(ZydisDecoderInit(&decoder, machine, stack)), "Zydis does not start");
  must(ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL)), "Zydis does not print");
  size_t size;
  const uint8_t *code = read_code(argv[1], &size);
  const size_t count = (size_t)atol(argv[3]);
  const ZyanU64 version = ZydisGetVersion();
  printf("%u.%u.%u\n", (unsigned)ZYDIS_VERSION_MAJOR(version), (unsigned)ZYDIS_VERSION_MINOR(version),
         (unsigned)ZYDIS_VERSION_PATCH(version));
  time_job("decode", decode, code, size, count, rounds);
  time_job("decode and read", decode_full, code, size, count, rounds);
  time_job("Intel text", print, code, size, count, rounds);
  return 0;
}
