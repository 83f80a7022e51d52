/* Zydis: what its structures tell of an instruction, as records that `told.ts` reads. */
#include "../../library/runner/library.h"
#include <Zydis/Zydis.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS = 0x1000, MODES = 3, VENDORS = 2 };

static ZydisDecoder decoders[MODES][VENDORS];

/*
 * Protected modes, since real mode refuses what they have. Instructions of CPUs that are no more (KNC) are off. Intel
 * has MPX; AMD's near branches are 16 bits wide by 66.
 */
static int create(ZydisDecoder *decoder, int mode, int is_amd) {
  static const ZydisMachineMode machines[] = {ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_MACHINE_MODE_LEGACY_32,
                                              ZYDIS_MACHINE_MODE_LONG_64};
  static const ZydisStackWidth stacks[] = {ZYDIS_STACK_WIDTH_16, ZYDIS_STACK_WIDTH_32, ZYDIS_STACK_WIDTH_64};
  return ZYAN_SUCCESS(ZydisDecoderInit(decoder, machines[mode], stacks[mode])) &&
         ZYAN_SUCCESS(ZydisDecoderEnableMode(decoder, ZYDIS_DECODER_MODE_KNC, ZYAN_FALSE)) &&
         ZYAN_SUCCESS(ZydisDecoderEnableMode(decoder, ZYDIS_DECODER_MODE_MPX, !is_amd)) &&
         ZYAN_SUCCESS(ZydisDecoderEnableMode(decoder, ZYDIS_DECODER_MODE_WBNOINVD, ZYAN_TRUE)) &&
         ZYAN_SUCCESS(ZydisDecoderEnableMode(decoder, ZYDIS_DECODER_MODE_AMD_BRANCHES, (ZyanBool)is_amd));
}

const char *prepare(struct welcome *welcome) {
  ZyanU64 version = ZydisGetVersion();
  if (ZYDIS_VERSION_MAJOR(version) != ZYDIS_VERSION_MAJOR(ZYDIS_VERSION))
    return "this Zydis is not the one whose header was compiled";
  for (int mode = 0; mode < MODES; mode++)
    for (int is_amd = 0; is_amd < VENDORS; is_amd++)
      if (!create(&decoders[mode][is_amd], mode, is_amd)) return "Zydis does not start";
  snprintf(welcome->name, sizeof welcome->name, "%u.%u.%u", (unsigned)ZYDIS_VERSION_MAJOR(version),
           (unsigned)ZYDIS_VERSION_MINOR(version), (unsigned)ZYDIS_VERSION_PATCH(version));
  return NULL;
}

/* What is told of an instruction. */
struct told {
  uint16_t mnemonic, mask;
  uint8_t is_zeroing, rounding, has_sae, broadcast, address_bits, operands, is_far, is_legacy, unused[4];
  uint32_t tested, modified, cleared, set, undefined, unused_word;
};
enum flags { OPERAND_IMPLICIT = 1, OPERAND_RELATIVE = 2, OPERAND_OF_FOUR = 4, OPERAND_SIGNED = 8, OPERAND_ADDRESS = 16 };
struct told_operand {
  uint8_t type, flags, actions, scale;
  uint16_t bits, segment;
  uint16_t base, index; /* `base` of a register operand: which. */
  uint32_t unused;
  uint64_t value; /* Displacement, immediate, target, offset. */
};
_Static_assert(sizeof(struct told) == 40 && sizeof(struct told_operand) == 24, "as told.ts has them");

static void tell_memory(const ZydisDecodedOperandMem *memory, struct told_operand *out) {
  out->segment = (uint16_t)memory->segment;
  out->base = (uint16_t)memory->base;
  out->index = (uint16_t)memory->index;
  out->scale = memory->scale;
  out->value = memory->disp.has_displacement ? (uint64_t)memory->disp.value : 0;
  if (memory->type == ZYDIS_MEMOP_TYPE_AGEN) out->flags |= OPERAND_ADDRESS;
}

static void tell_immediate(const ZydisDecodedInstruction *instruction, const ZydisDecodedOperand *operand,
                           struct told_operand *out) {
  out->value = operand->imm.value.u;
  if (operand->imm.is_signed) out->flags |= OPERAND_SIGNED;
  if (!operand->imm.is_relative) return;
  out->flags |= OPERAND_RELATIVE;
  ZyanU64 target = 0;
  if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(instruction, operand, ADDRESS, &target))) out->value = target;
}

static void tell_operand(const ZydisDecodedInstruction *instruction, const ZydisDecodedOperand *operand,
                         struct told_operand *out) {
  *out = (struct told_operand){
      .type = (uint8_t)operand->type, .actions = (uint8_t)operand->actions, .bits = operand->size};
  if (operand->visibility == ZYDIS_OPERAND_VISIBILITY_IMPLICIT) out->flags |= OPERAND_IMPLICIT;
  if (operand->attributes & ZYDIS_OATTRIB_IS_MULTISOURCE4) out->flags |= OPERAND_OF_FOUR;
  switch (operand->type) {
    case ZYDIS_OPERAND_TYPE_REGISTER: out->base = (uint16_t)operand->reg.value; break;
    case ZYDIS_OPERAND_TYPE_MEMORY: tell_memory(&operand->mem, out); break;
    case ZYDIS_OPERAND_TYPE_POINTER:
      out->segment = operand->ptr.segment;
      out->value = operand->ptr.offset;
      break;
    default: tell_immediate(instruction, operand, out);
  }
}

static struct told summary(const ZydisDecodedInstruction *instruction) {
  const ZydisDecodedInstructionAvx *avx = &instruction->avx;
  /* As encoded: its mask mode is of zeroing also where a mask is written, which is never merged. */
  const int is_zeroing = instruction->encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX && instruction->raw.evex.z;
  struct told told = {.mnemonic = (uint16_t)instruction->mnemonic,
                      .mask = (uint16_t)(avx->mask.reg == ZYDIS_REGISTER_K0 ? 0 : avx->mask.reg),
                      .is_zeroing = (uint8_t)is_zeroing,
                      .rounding = (uint8_t)avx->rounding.mode,
                      .has_sae = (uint8_t)avx->has_sae,
                      .broadcast = (uint8_t)(avx->broadcast.is_static ? 0 : avx->broadcast.mode),
                      .address_bits = instruction->address_width,
                      .is_far = instruction->meta.branch_type == ZYDIS_BRANCH_TYPE_FAR,
                      .is_legacy = instruction->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY};
  if (instruction->cpu_flags) {
    told.tested = instruction->cpu_flags->tested;
    told.modified = instruction->cpu_flags->modified;
    told.cleared = instruction->cpu_flags->set_0;
    told.set = instruction->cpu_flags->set_1;
    told.undefined = instruction->cpu_flags->undefined;
  }
  return told;
}

/* Hidden operands are left out, and so is the mask, which is told apart. */
size_t disassemble(const struct setting *setting, const uint8_t *slot, uint8_t *content, uint32_t *length) {
  const int mode = setting->mode == 16 ? 0 : setting->mode == 32 ? 1 : 2;
  ZydisDecodedInstruction instruction;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoders[mode][setting->is_amd != 0], slot, SLOT_BYTES, &instruction, operands)))
    return 0;
  *length = instruction.length;
  struct told told = summary(&instruction);
  size_t at = sizeof told;
  for (int k = 0; k < instruction.operand_count_visible; k++) {
    if (operands[k].encoding == ZYDIS_OPERAND_ENCODING_MASK) continue;
    struct told_operand one;
    tell_operand(&instruction, &operands[k], &one);
    memcpy(content + at, &one, sizeof one);
    at += sizeof one;
    told.operands++;
  }
  memcpy(content, &told, sizeof told);
  return at;
}

static size_t tell_name(const char *name, uint8_t *content) {
  size_t bytes = name ? strlen(name) : 0;
  memcpy(content, name, bytes);
  content[bytes] = 0;
  return bytes + 1;
}

/* Those of registers, an empty one, those of mnemonics. */
size_t tell_names(uint8_t *content) {
  size_t at = 0;
  for (int k = 1; k <= ZYDIS_REGISTER_MAX_VALUE; k++) at += tell_name(ZydisRegisterGetString((ZydisRegister)k), content + at);
  at += tell_name("", content + at);
  for (int k = 1; k <= ZYDIS_MNEMONIC_MAX_VALUE; k++) at += tell_name(ZydisMnemonicGetString((ZydisMnemonic)k), content + at);
  return at;
}
