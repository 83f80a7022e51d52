#define _GNU_SOURCE
#include "tests.h"
#include "batch.h"
#include "crossing.h"
#include "opcode.h"
#include "sandbox.h"
#include "segments.h"
#include "stub.h"
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

enum { FS_GS_LOADED = 4, SELECTOR_64 = 0x33, INT3 = 0xcc, STILL_TRYING = 8 };
enum { TRAP_FLAG = 0x100, ALWAYS_SET = 0x202, TESTED_FLAGS = 0x244cd5, KEPT_BY_SIGRETURN = 0x204000 };
enum { VECTOR_DEBUG = 1, VECTOR_BREAKPOINT = 3, VECTOR_PROTECTION = 13, VECTOR_PAGE = 14, PAGE_FETCH = 16 };

static const struct test *test;
static uint32_t code_address; /* Linear address of the instruction. */
static enum ending ending;    /* A test that ends otherwise than thought is begun again by steps. */
static unsigned tries;        /* Of this test, that the watchdog ended. */
static uint64_t home_fs_base;
static struct signal_frame frame;
static struct entry_frame entry;
/* XSAVE's area of a CPU just reset: no part is there, and MXCSR. */
static uint8_t initial_vectors[4096] __attribute__((aligned(64)));

extern const char __executable_start[], etext[];

static int is_ours(uint64_t rip) { return rip >= (uint64_t)__executable_start && rip < (uint64_t)etext; }

#define READ_SELECTOR(name)                        \
  ({                                               \
    uint32_t value;                                \
    asm volatile("mov %%" #name ", %0" : "=r"(value)); \
    value & 0xffff;                                \
  })
#define WRITE_SELECTOR(name, value) asm volatile("mov %0, %%" #name : : "r"((uint32_t)(value)))
#define LOAD_SELECTOR(name, value) \
  if (READ_SELECTOR(name) != (value)) WRITE_SELECTOR(name, value)

static uint64_t read_fs_base(void) {
  uint64_t base;
  asm volatile("rdfsbase %0" : "=r"(base));
  return base;
}
static uint64_t read_gs_base(void) {
  uint64_t base;
  asm volatile("rdgsbase %0" : "=r"(base));
  return base;
}
static void write_fs_base(uint64_t base) { asm volatile("wrfsbase %0" : : "r"(base)); }
static void write_gs_base(uint64_t base) { asm volatile("wrgsbase %0" : : "r"(base)); }

static const int context_register[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                         REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

void prepare_tests(const stack_t *signal_stack) {
  uint32_t mxcsr = 0x1f80;
  memcpy(initial_vectors + 24, &mxcsr, sizeof mxcsr);
  home_fs_base = read_fs_base();
  frame.context.uc_stack = *signal_stack;
  /* UC_SIGCONTEXT_SS and UC_STRICT_RESTORE_SS: else the kernel would set SS right. */
  frame.context.uc_flags = 2 | 4;
  frame.context.uc_mcontext.fpregs = 0;
}

/* The instruction, and behind it what ends the test. */
static void place_code(void) {
  uint8_t code[CODE_BYTES + 16];
  unsigned length = test->length;
  memcpy(code, test->code, CODE_BYTES);
  code_address = (uint32_t)test->state.rip + (test->mode == 64 ? 0 : base_of_segment(test->state.selectors[1]));
  if (ending == END_EXIT) {
    unsigned jump = write_exit_jump(code + length, test->mode, code_address + length);
    /* A jump that does not fit on the page is none: what is there ends the test as well. */
    if (is_in_code(code_address, length + jump)) length += jump;
  }
  if (ending == END_LANDING && is_in_code(code_address, length + 1)) code[length++] = INT3;
  poke(code_address, code, length);
}

static void load_segments(const struct state *state) {
  LOAD_SELECTOR(es, state->selectors[0]);
  LOAD_SELECTOR(ds, state->selectors[3]);
  LOAD_SELECTOR(fs, state->selectors[4]);
  LOAD_SELECTOR(gs, state->selectors[5]);
  /* Outside 64-bit mode a base is the selector's. */
  if (test->mode == 64 || state->selectors[4] < FS_GS_LOADED) write_fs_base(test->mode == 64 ? state->fs_base : 0);
  if (test->mode == 64 || state->selectors[5] < FS_GS_LOADED) write_gs_base(test->mode == 64 ? state->gs_base : 0);
}

static _Noreturn void enter_slowly(const struct state *state, uint64_t flags) {
  long long *registers = frame.context.uc_mcontext.gregs;
  for (unsigned k = 0; k < 16; k++) registers[context_register[k]] = (long long)state->gpr[k];
  registers[REG_RIP] = (long long)state->rip;
  registers[REG_EFL] = (long long)flags;
  registers[REG_CSGSFS] = state->selectors[1] | (long long)((uint64_t)state->selectors[2] << 48);
  enter_by_sigreturn(&frame, 0x202 | (flags & KEPT_BY_SIGRETURN));
}

static _Noreturn void enter_fast(const struct state *state, uint64_t flags) {
  const uint64_t *gpr = state->gpr;
  entry = (struct entry_frame){
      .rax = gpr[0], .rcx = gpr[1], .rdx = gpr[2],  .rbx = gpr[3],  .rbp = gpr[5],  .rsi = gpr[6],  .rdi = gpr[7],
      .r8 = gpr[8],  .r9 = gpr[9],  .r10 = gpr[10], .r11 = gpr[11], .r12 = gpr[12], .r13 = gpr[13], .r14 = gpr[14],
      .r15 = gpr[15], .rip = state->rip, .cs = state->selectors[1], .rflags = flags, .rsp = gpr[4],
      .ss = state->selectors[2],
  };
  if (has_small_stack(state->selectors[2])) detour_by_lss(&entry);
  enter_by_iret(&entry, initial_vectors);
}

static _Noreturn void begin(void) {
  const struct state *state = &test->state;
  const uint8_t *at = (const uint8_t *)(test + 1);
  for (unsigned k = 0; k < test->runs; k++) {
    const struct run *run = (const struct run *)at;
    poke(run->address, at + sizeof *run, run->length);
    at += sizeof *run + ((run->length + 7) & ~7u);
  }
  place_code();
  load_segments(state);
  uint64_t flags = (state->rflags & TESTED_FLAGS) | ALWAYS_SET;
  if (ending == END_STEP) flags |= TRAP_FLAG;
  /* The detour is of several instructions, and of 32 bits. */
  int is_slow = has_small_stack(state->selectors[2]) && (ending == END_STEP || test->mode == 64);
  if (has_stub() && !is_slow) enter_fast(state, flags);
  enter_slowly(state, flags);
}

static _Noreturn void begin_next(void) {
  if (progress->next >= progress->count || progress->written > OUTPUT_BYTES - RESULT_ROOM) leave_tests();
  test = (const struct test *)(input + test_offsets[progress->next]);
  ending = test->ending == END_EXIT && !has_stub() ? END_STEP : test->ending;
  tries = 0;
  begin();
}

void run_tests(void) {
  progress->is_running = 1;
  with_way_home((void (*)(void))begin_next);
  forget_pokes();
  WRITE_SELECTOR(ds, 0);
  WRITE_SELECTOR(es, 0);
  WRITE_SELECTOR(fs, 0);
  WRITE_SELECTOR(gs, 0);
  write_fs_base(home_fs_base);
  progress->is_running = 0;
}

static struct result *new_result(enum outcome outcome) {
  struct result *result = (struct result *)(output + progress->written);
  memset(result, 0, offsetof(struct result, state));
  result->outcome = outcome;
  return result;
}

/* Registers and RIP are there already, and CS. */
static _Noreturn void finish(struct result *result) {
  struct state *state = &result->state;
  state->selectors[0] = READ_SELECTOR(es);
  state->selectors[3] = READ_SELECTOR(ds);
  state->selectors[4] = READ_SELECTOR(fs);
  state->selectors[5] = READ_SELECTOR(gs);
  state->fs_base = read_fs_base();
  state->gs_base = read_gs_base();
  state->unused = 0;
  uint8_t *end = collect_changes((uint8_t *)(result + 1), &result->runs);
  forget_pokes();
  result->bytes = (uint32_t)(end - (uint8_t *)result);
  progress->written += result->bytes;
  progress->next++;
  begin_next();
}

static _Noreturn void begin_again(void) {
  uint16_t runs = 0;
  /* There is room for one more. */
  collect_changes(output + progress->written, &runs);
  forget_pokes();
  ending = END_STEP;
  begin();
}

void on_exit_gate(void) {
  struct result *result = new_result(OUTCOME_EXECUTED);
  struct state *state = &result->state;
  memcpy(state->gpr, exit_frame.gpr, sizeof state->gpr);
  state->rflags = exit_frame.rflags;
  state->rip = test->state.rip + test->length;
  if (test->mode == 16) state->rip &= 0xffff;
  if (test->mode == 32) state->rip &= 0xffffffff;
  state->selectors[1] = test->state.selectors[1];
  state->selectors[2] = READ_SELECTOR(ss);
  finish(result);
}

/* What the code after the instruction ran into, told of as the instruction's end. */
enum landing { NO_LANDING, LANDED, BEYOND };

static enum landing landing_of(const struct result *result) {
  const struct state *state = &result->state;
  uint64_t rip = state->rip;
  if (result->vector == VECTOR_BREAKPOINT) return raises_breakpoint(test->code, test->mode) ? NO_LANDING : LANDED;
  if (rip == test->state.rip) return NO_LANDING;
  if (result->vector == VECTOR_PAGE && (result->error & PAGE_FETCH)) {
    uint64_t linear = rip;
    if (state->selectors[1] != SELECTOR_64) linear = (uint32_t)(rip + base_of_segment(state->selectors[1]));
    if (linear == result->address) return LANDED;
  }
  /* The end of CS. */
  if (result->vector == VECTOR_PROTECTION && result->error == 0 && rip == test->state.rip + test->length) return LANDED;
  /* A trap that tells of the instruction itself. */
  if (result->vector == 4 || result->vector == VECTOR_DEBUG) return NO_LANDING;
  return BEYOND;
}

static void land(struct result *result) {
  struct state *state = &result->state;
  result->outcome = OUTCOME_EXECUTED;
  if (result->vector == VECTOR_BREAKPOINT) state->rip -= 1;
  if (state->selectors[1] != SELECTOR_64) state->rip &= 0xffffffff;
  result->vector = 0;
  result->error = 0;
  result->address = 0;
}

static _Noreturn void report(struct result *result, const ucontext_t *context) {
  const long long *registers = context->uc_mcontext.gregs;
  for (unsigned k = 0; k < 16; k++) result->state.gpr[k] = (uint64_t)registers[context_register[k]];
  result->state.rip = (uint64_t)registers[REG_RIP];
  result->state.rflags = (uint64_t)registers[REG_EFL];
  result->state.selectors[1] = (uint64_t)registers[REG_CSGSFS] & 0xffff;
  result->state.selectors[2] = (uint64_t)registers[REG_CSGSFS] >> 48;
  if (result->outcome != OUTCOME_FAULT) finish(result);
  enum landing landing = landing_of(result);
  if (landing == LANDED) land(result);
  /* Something else was executed as well, or RIP is not what it was thought to be. */
  if (ending != END_STEP && (landing == BEYOND || result->vector == VECTOR_DEBUG)) begin_again();
  finish(result);
}

/* A poke by the watchdog: a loop, or a machine with much to do. Steps tell which. */
static _Noreturn void try_again(const ucontext_t *context) {
  if (++tries < STILL_TRYING) begin_again();
  report(new_result(OUTCOME_STUCK), context);
}

static _Noreturn void take_step(siginfo_t *information, ucontext_t *context) {
  const long long *registers = context->uc_mcontext.gregs;
  if ((test->flags & TEST_REPEATS) && (uint64_t)registers[REG_RIP] == test->state.rip) {
    progress->beats++;
    struct signal_frame *here = (struct signal_frame *)((uint8_t *)context - offsetof(struct signal_frame, context));
    enter_by_sigreturn(here, 0x202 | ((uint64_t)registers[REG_EFL] & KEPT_BY_SIGRETURN));
  }
  (void)information;
  report(new_result(OUTCOME_EXECUTED), context);
}

void on_signal(int signal, siginfo_t *information, ucontext_t *context) {
  const long long *registers = context->uc_mcontext.gregs;
  uint64_t rip = (uint64_t)registers[REG_RIP];
  if (!progress->is_running) {
    if (signal == SIGUSR1) return;
    call_system(SYS_exit_group, 99, 0, 0);
  }
  if (signal == SIGUSR1) {
    if (rip >> 32 != 0) return;
    try_again(context);
  }
  if (signal == SIGSYS) report(new_result(OUTCOME_SYSTEM_CALL), context);
  if (is_ours(rip)) report(new_result(OUTCOME_NO_ENTRY), context);
  uint64_t vector = (uint64_t)registers[REG_TRAPNO];
  if (signal == SIGTRAP && vector == VECTOR_DEBUG && information->si_code == TRAP_TRACE && ending == END_STEP)
    take_step(information, context);
  struct result *result = new_result(OUTCOME_FAULT);
  result->vector = (uint8_t)vector;
  result->error = (uint32_t)registers[REG_ERR];
  result->address = vector == VECTOR_PAGE ? (uint64_t)registers[REG_CR2] : 0;
  report(result, context);
}
