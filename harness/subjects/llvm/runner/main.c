/* LLVM's disassembler, by its C interface: text in Intel syntax. */
#include "../../library/runner/library.h"
#include "disassembler.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRINT_HEX = 2, INTEL_SYNTAX = 4, TEXT_ROOM = 256 };

static LLVMDisasmContextRef contexts[3];

static LLVMDisasmContextRef create(const char *triple) {
  /* What it decodes hangs on no feature but the mode. */
  LLVMDisasmContextRef context = LLVMCreateDisasmCPUFeatures(triple, "", "", NULL, 0, NULL, NULL);
  return context && LLVMSetDisasmOptions(context, PRINT_HEX | INTEL_SYNTAX) ? context : NULL;
}

const char *prepare(struct welcome *welcome) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86Disassembler();
  static const char *const triples[] = {"i386-unknown-unknown-code16", "i386-unknown-unknown", "x86_64-unknown-unknown"};
  for (int k = 0; k < 3; k++)
    if (!(contexts[k] = create(triples[k]))) return "LLVM has no disassembler for x86";
  unsigned major = 0, minor = 0, patch = 0;
  LLVMGetVersion(&major, &minor, &patch);
  snprintf(welcome->name, sizeof welcome->name, "%u.%u.%u", major, minor, patch);
  return NULL;
}

static int is_prefix_word(const char *word, size_t length) {
  static const char *const prefixes[] = {"lock",   "rep",    "repne",  "xacquire", "xrelease", "data16",
                                         "data32", "addr32", "addr16", "rex64",    "notrack"};
  for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++)
    if (strlen(prefixes[k]) == length && !strncmp(word, prefixes[k], length)) return 1;
  return 0;
}

/* LOCK and its kin are instructions of their own to it: it is asked again for what stands behind them. */
static int is_prefix(const char *text) {
  for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
    size_t length = strcspn(text, " \t");
    if (!is_prefix_word(text, length)) return 0;
    text += length;
  }
  return 1;
}

size_t disassemble(const struct setting *setting, const uint8_t *slot, uint8_t *content, uint32_t *length) {
  LLVMDisasmContextRef context = contexts[setting->mode == 16 ? 0 : setting->mode == 32 ? 1 : 2];
  uint8_t bytes[SLOT_BYTES];
  memcpy(bytes, slot, SLOT_BYTES);
  size_t at = 0, written = 0;
  while (at < SLOT_BYTES) {
    char text[TEXT_ROOM];
    size_t taken = LLVMDisasmInstruction(context, bytes + at, SLOT_BYTES - at, 0, text, sizeof text);
    if (!taken) return 0;
    at += taken;
    size_t room = strlen(text);
    memcpy(content + written, text, room);
    written += room;
    if (is_prefix(text)) continue;
    *length = (uint32_t)at;
    return written;
  }
  return 0;
}

size_t tell_names(uint8_t *content) {
  (void)content;
  return 0;
}
