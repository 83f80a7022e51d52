/* What of LLVM's C interface is used. */
#ifndef DISASSEMBLER_H
#define DISASSEMBLER_H
#include <stddef.h>
#include <stdint.h>

/* llvm-c/Disassembler.h, Target.h and Core.h, whose package is far larger than the library's. */
typedef void *LLVMDisasmContextRef;
extern LLVMDisasmContextRef LLVMCreateDisasmCPUFeatures(const char *triple, const char *cpu, const char *features,
                                                        void *info, int tag_type, void *get_op_info,
                                                        void *look_up_symbol);
extern int LLVMSetDisasmOptions(LLVMDisasmContextRef context, uint64_t options);
extern size_t LLVMDisasmInstruction(LLVMDisasmContextRef context, uint8_t *bytes, uint64_t size, uint64_t address,
                                    char *text, size_t room);
extern void LLVMInitializeX86TargetInfo(void);
extern void LLVMInitializeX86TargetMC(void);
extern void LLVMInitializeX86Disassembler(void);
extern void LLVMGetVersion(unsigned *major, unsigned *minor, unsigned *patch);
#endif
