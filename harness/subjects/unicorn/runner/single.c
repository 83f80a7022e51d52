#define _GNU_SOURCE
#include "single.h"
#include "accesses.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { VECTOR_UNDEFINED = 6, VECTOR_PROTECTION = 13, VECTOR_PAGE = 14, SELECTOR_64 = 0x33 };
enum { PAGE_WRITE = 2, PAGE_USER = 4, PAGE_FETCH = 16 };
/* More than a segment of 64 KiB takes. */
enum { MOST_ITERATIONS = 1 << 17 };
enum { REGISTERS = 16, READ_COUNT = REGISTERS + 1 + 6 };

static struct world protected_world, real_world;
static struct guest protected_guest, real_guest;
static const struct segment_record *segments;
static unsigned segment_count;

/* Where in a saved context the error code of the last exception is. */
static uint8_t *saved;
static uc_context *saved_context;
static size_t error_offset;

/* The test that runs. */
static const struct test *test;
static struct guest *guest;
static struct result *result;
static uint64_t start; /* Linear address of the instruction. */
static int has_begun, is_over;
static uint32_t iterations; /* Of a repeated string instruction. */

static const int wide_registers[READ_COUNT] = {
    UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX, UC_X86_REG_RSP,    UC_X86_REG_RBP,
    UC_X86_REG_RSI, UC_X86_REG_RDI, UC_X86_REG_R8,  UC_X86_REG_R9,  UC_X86_REG_R10,    UC_X86_REG_R11,
    UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15, UC_X86_REG_RFLAGS, UC_X86_REG_ES,
    UC_X86_REG_CS,  UC_X86_REG_SS,  UC_X86_REG_DS,  UC_X86_REG_FS,  UC_X86_REG_GS};
/* R8 to R15 are not there in real mode: EAX stands in their place, and is not looked at. */
static const int narrow_registers[READ_COUNT] = {
    UC_X86_REG_EAX, UC_X86_REG_ECX, UC_X86_REG_EDX, UC_X86_REG_EBX, UC_X86_REG_ESP,    UC_X86_REG_EBP,
    UC_X86_REG_ESI, UC_X86_REG_EDI, UC_X86_REG_EAX, UC_X86_REG_EAX, UC_X86_REG_EAX,    UC_X86_REG_EAX,
    UC_X86_REG_EAX, UC_X86_REG_EAX, UC_X86_REG_EAX, UC_X86_REG_EAX, UC_X86_REG_EFLAGS, UC_X86_REG_ES,
    UC_X86_REG_CS,  UC_X86_REG_SS,  UC_X86_REG_DS,  UC_X86_REG_FS,  UC_X86_REG_GS};

static int is_real(const struct test *one) { return (one->state.unused & STATE_IS_REAL) != 0; }

static uint64_t base_of(uint32_t selector) {
  if (is_real(test)) return (uint64_t)selector << 4;
  for (unsigned k = 0; k < segment_count; k++)
    if ((selector & 4) && segments[k].entry == selector >> 3) return segments[k].base;
  return 0;
}

static uint64_t read_register(int id) {
  uint64_t value = 0;
  uc_reg_read(guest->unicorn, id, &value);
  return value;
}

/* All but RIP. */
static void read_state(void) {
  uint64_t values[READ_COUNT] = {0};
  void *places[READ_COUNT];
  for (unsigned k = 0; k < READ_COUNT; k++) places[k] = &values[k];
  const int *ids = is_real(test) ? narrow_registers : wide_registers;
  uc_reg_read_batch(guest->unicorn, (int *)ids, places, READ_COUNT);
  struct state *state = &result->state;
  memcpy(state->gpr, values, sizeof state->gpr);
  if (is_real(test)) memset(&state->gpr[8], 0, 8 * sizeof state->gpr[0]);
  state->rflags = values[REGISTERS];
  for (unsigned k = 0; k < 6; k++) state->selectors[k] = (uint32_t)values[REGISTERS + 1 + k];
  state->fs_base = is_real(test) ? base_of(state->selectors[4]) : read_register(UC_X86_REG_FS_BASE);
  state->gs_base = is_real(test) ? base_of(state->selectors[5]) : read_register(UC_X86_REG_GS_BASE);
  state->unused = test->state.unused;
  /* The test's own instruction could not be fetched: what comes after IRETQ has not come. */
  if (has_begun || is_real(test)) return;
  if (test->mode == 64) {
    state->fs_base = test->state.fs_base;
    state->gs_base = test->state.gs_base;
  }
  state->gpr[4] = test->state.gpr[4];
}

static void stop_with(enum outcome outcome) {
  result->outcome = outcome;
  is_over = 1;
  uc_emu_stop(guest->unicorn);
}

/* What it is about to execute is not the test any more. */
static void end_at(uint64_t linear) {
  read_state();
  uint32_t cs = result->state.selectors[1];
  result->state.rip = cs == SELECTOR_64 && !is_real(test) ? linear : (uint32_t)(linear - base_of(cs));
  stop_with(OUTCOME_EXECUTED);
}

/* What IRETQ has not loaded: bases, and of a stack of 16 bits RSP[63:16], which is the supervisor's. */
static void finish_entry(uc_engine *unicorn) {
  const struct state *state = &test->state;
  if (is_real(test)) return;
  if (test->mode == 64) {
    uc_reg_write(unicorn, UC_X86_REG_FS_BASE, &state->fs_base);
    uc_reg_write(unicorn, UC_X86_REG_GS_BASE, &state->gs_base);
  } else uc_reg_write(unicorn, UC_X86_REG_RSP, &state->gpr[4]);
}

static void on_instruction(uc_engine *unicorn, uint64_t address, uint32_t size, void *unused) {
  (void)size, (void)unused;
  if (is_over) return;
  if (!has_begun) {
    has_begun = 1;
    finish_entry(unicorn);
    return;
  }
  /* An instruction that writes where its translation came from is begun again as well. */
  if (address != start || !(test->flags & TEST_REPEATS)) end_at(address);
  else if (++iterations == MOST_ITERATIONS) stop_with(OUTCOME_TIMED_OUT);
}

static int is_canonical(uint64_t address) {
  uint64_t top = address >> 47;
  return top == 0 || top == 0x1ffff;
}

/* Where it fetches: RIP, and the base of CS. */
static uint64_t read_linear_rip(void) {
  uint64_t rip = read_register(is_real(test) ? UC_X86_REG_EIP : UC_X86_REG_RIP);
  uint32_t cs = (uint32_t)read_register(UC_X86_REG_CS);
  return cs == SELECTOR_64 && !is_real(test) ? rip : (uint32_t)(rip + base_of(cs));
}

static uint32_t error_code(void) {
  uint32_t error = 0;
  uc_context_save(guest->unicorn, saved_context);
  memcpy(&error, saved + error_offset, sizeof error);
  return error;
}

static void on_exception(uint32_t vector) {
  if (is_over) return;
  uint64_t rip = read_register(is_real(test) ? UC_X86_REG_EIP : UC_X86_REG_RIP);
  if (!has_begun && rip >= POOL && rip < POOL_END) {
    stop_with(OUTCOME_NO_ENTRY);
    return;
  }
  read_state();
  uint32_t cs = result->state.selectors[1];
  uint64_t linear = cs == SELECTOR_64 && !is_real(test) ? rip : (uint32_t)(rip + base_of(cs));
  result->state.rip = cs == SELECTOR_64 && !is_real(test) ? rip : (uint32_t)rip;
  /* What stands where the instruction has gone to cannot be fetched. Interrupts by programs come with RIP after them. */
  if (has_begun && linear != start && !is_real(test) && (vector == VECTOR_PAGE || vector == VECTOR_PROTECTION)) {
    stop_with(OUTCOME_EXECUTED);
    return;
  }
  result->vector = (uint8_t)vector;
  result->error = error_code();
  if (vector == VECTOR_PAGE) result->address = read_register(UC_X86_REG_CR2);
  stop_with(OUTCOME_FAULT);
}

/*
 * Unicorn looks whether it has memory there before the page tables are asked. Of executions outside real mode this is
 * their page fault: all pages are where their addresses say.
 */
static bool on_unmapped(uc_engine *unicorn, uc_mem_type type, uint64_t address, int size, int64_t value, void *unused) {
  (void)unicorn, (void)size, (void)value, (void)unused;
  if (is_over) return false;
  int is_fetch = type == UC_MEM_FETCH_UNMAPPED;
  if (is_fetch && has_begun) {
    end_at(read_linear_rip());
    return false;
  }
  /* It looks for more than the instruction's own bytes. */
  int is_beyond = is_fetch && address >= start + test->length;
  if (is_real(test) || is_beyond || !is_canonical(address)) {
    stop_with(OUTCOME_NO_MEMORY);
    return false;
  }
  read_state();
  result->state.rip = test->state.rip;
  result->vector = VECTOR_PAGE;
  result->error = PAGE_USER | (is_fetch ? PAGE_FETCH : type == UC_MEM_WRITE_UNMAPPED ? PAGE_WRITE : 0);
  result->address = address;
  stop_with(OUTCOME_FAULT);
  return false;
}

static void on_access(uc_engine *unicorn, uc_mem_type type, uint64_t address, int size, int64_t value, void *unused) {
  (void)unicorn, (void)value, (void)unused;
  if (has_begun && !is_over) note_access(type == UC_MEM_WRITE, address, size);
}

static void on_interrupt(uc_engine *unicorn, uint32_t vector, void *unused) {
  (void)unicorn, (void)unused;
  on_exception(vector);
}

static bool on_invalid(uc_engine *unicorn, void *unused) {
  (void)unicorn, (void)unused;
  on_exception(VECTOR_UNDEFINED);
  return false;
}

static void on_system_call(uc_engine *unicorn, void *unused) {
  (void)unicorn, (void)unused;
  if (!is_over) stop_with(OUTCOME_SYSTEM_CALL);
}

/* The supervisor's own instructions are none of these. */
static int add_hooks(struct guest *one) {
  static uc_hook hook;
  uc_engine *unicorn = one->unicorn;
  return uc_hook_add(unicorn, &hook, UC_HOOK_CODE, on_instruction, 0, 0, POOL - 1) == UC_ERR_OK &&
         uc_hook_add(unicorn, &hook, UC_HOOK_CODE, on_instruction, 0, POOL_END, ~0ull) == UC_ERR_OK &&
         (!accesses_are_watched() ||
          uc_hook_add(unicorn, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access, 0, 1, 0) == UC_ERR_OK) &&
         uc_hook_add(unicorn, &hook, UC_HOOK_MEM_UNMAPPED, on_unmapped, 0, 1, 0) == UC_ERR_OK &&
         uc_hook_add(unicorn, &hook, UC_HOOK_INTR, on_interrupt, 0, 1, 0) == UC_ERR_OK &&
         uc_hook_add(unicorn, &hook, UC_HOOK_INSN_INVALID, on_invalid, 0, 1, 0) == UC_ERR_OK &&
         uc_hook_add(unicorn, &hook, UC_HOOK_INSN, on_system_call, 0, 1, 0, UC_X86_INS_SYSCALL) == UC_ERR_OK &&
         uc_hook_add(unicorn, &hook, UC_HOOK_INSN, on_system_call, 0, 1, 0, UC_X86_INS_SYSENTER) == UC_ERR_OK;
}

static void write_frame(const struct state *state) {
  const uint64_t *gpr = state->gpr;
  *guest->frame = (struct entry_frame){
      .ds = state->selectors[3], .es = state->selectors[0], .fs = state->selectors[4], .gs = state->selectors[5],
      .rax = gpr[0], .rcx = gpr[1], .rdx = gpr[2],  .rbx = gpr[3],  .rbp = gpr[5],  .rsi = gpr[6],  .rdi = gpr[7],
      .r8 = gpr[8],  .r9 = gpr[9],  .r10 = gpr[10], .r11 = gpr[11], .r12 = gpr[12], .r13 = gpr[13], .r14 = gpr[14],
      .r15 = gpr[15], .rip = state->rip, .cs = state->selectors[1], .rflags = state->rflags, .rsp = gpr[4],
      .ss = state->selectors[2],
  };
}

static void write_real_state(const struct state *state) {
  void *values[READ_COUNT];
  for (unsigned k = 0; k < REGISTERS; k++) values[k] = (void *)&state->gpr[k < 8 ? k : 0];
  values[REGISTERS] = (void *)&state->rflags;
  for (unsigned k = 0; k < 6; k++) values[REGISTERS + 1 + k] = (void *)&state->selectors[k];
  uc_reg_write_batch(guest->unicorn, (int *)narrow_registers, values, READ_COUNT);
}

static struct world *place_test(void) {
  struct world *world = is_real(test) ? &real_world : &protected_world;
  const uint8_t *at = (const uint8_t *)(test + 1);
  for (unsigned k = 0; k < test->runs; k++) {
    const struct run *run = (const struct run *)at;
    put(world, run->address, at + sizeof *run, run->length);
    at += sizeof *run + ((run->length + 7) & ~7u);
  }
  start = test->state.rip;
  if (is_real(test) || test->state.selectors[1] != SELECTOR_64)
    start = (uint32_t)(test->state.rip + base_of(test->state.selectors[1]));
  put(world, (uint32_t)start, test->code, test->length);
  /* Translations of what stood there before. */
  uc_ctl_remove_cache(guest->unicorn, start, start + CODE_BYTES);
  return world;
}

static void run_guest(void) {
  has_begun = is_over = 0;
  iterations = 0;
  result->outcome = OUTCOME_STUCK;
  uint64_t begin = guest->entry;
  if (is_real(test)) {
    write_real_state(&test->state);
    begin = start;
  } else write_frame(&test->state);
  uc_err error = uc_emu_start(guest->unicorn, begin, guest->exit, 0, 0);
  if (is_over) return;
  if (error != UC_ERR_OK) result->outcome = OUTCOME_NO_MEMORY;
}

uint8_t *run_single(const struct test *one, uint8_t *into) {
  test = one;
  guest = is_real(test) ? &real_guest : &protected_guest;
  result = (struct result *)into;
  memset(result, 0, sizeof *result);
  uc_context_restore(guest->unicorn, guest->context);
  forget_accesses();
  struct world *world = place_test();
  run_guest();
  uint8_t *end = accesses_are_watched() ? write_accesses((uint8_t *)(result + 1), &result->runs)
                                        : collect_changes(world, (uint8_t *)(result + 1), &result->runs);
  restore_world(world);
  result->bytes = (uint32_t)(end - (uint8_t *)result);
  return end;
}

/* MOV DS, AX with a selector that is not in the table: #GP, whose error code is the selector without its RPL. */
static void provoke(uint32_t address, uint32_t selector) {
  static struct {
    struct test test;
    uint8_t room[PAGE_BYTES];
  } probe;
  static uint8_t answer[1 << 17];
  probe.test = (struct test){.mode = 64, .length = 2, .code = {0x8e, 0xd8}};
  probe.test.state = (struct state){.gpr = {selector | 3}, .rip = address, .rflags = 0x202};
  uint32_t selectors[6] = {0x2b, 0x33, 0x2b, 0x2b, 0, 0};
  memcpy(probe.test.state.selectors, selectors, sizeof selectors);
  run_single(&probe.test, answer);
}

static const char *find_error_code(uint32_t code_address) {
  static const uint32_t selectors[] = {0x6d38, 0x5aa0, 0x71f8};
  enum { PROBES = sizeof selectors / sizeof *selectors };
  size_t size = uc_context_size(protected_guest.unicorn);
  uint8_t *possible = calloc(1, size);
  if (!possible || uc_context_alloc(protected_guest.unicorn, &saved_context)) return "there is no memory";
  saved = (uint8_t *)saved_context;
  for (unsigned k = 0; k < PROBES; k++) {
    provoke(code_address, selectors[k]);
    for (size_t at = 0; at + 4 <= size; at += 4) {
      uint32_t word;
      memcpy(&word, saved + at, sizeof word);
      if (word == selectors[k]) possible[at]++;
    }
  }
  unsigned found = 0;
  for (size_t at = 0; at + 4 <= size; at += 4) {
    if (possible[at] != PROBES) continue;
    error_offset = at;
    found++;
  }
  free(possible);
  return found == 1 ? 0 : "this Unicorn does not tell error codes where they are looked for";
}

const char *prepare_singles(const struct hello *hello, const struct page_record *pages,
                            const struct segment_record *those) {
  segments = those;
  segment_count = hello->segments;
  make_world(&protected_world, pages, hello->pages, 0);
  make_world(&real_world, pages, hello->pages, 1);
  const char *trouble = make_protected_guest(&protected_guest, &protected_world, segments, segment_count);
  if (!trouble) trouble = make_real_guest(&real_guest, &real_world);
  if (trouble) return trouble;
  if (!add_hooks(&protected_guest) || !add_hooks(&real_guest)) return "Unicorn takes no hooks";
  for (unsigned k = 0; k < hello->pages; k++)
    if (pages[k].access == ACCESS_EXECUTE) return find_error_code(pages[k].address);
  return "there is no page of code";
}
