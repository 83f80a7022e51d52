#define _GNU_SOURCE
#include "child.h"
#include "batch.h"
#include "crossing.h"
#include "lock.h"
#include "sandbox.h"
#include "segments.h"
#include "stub.h"
#include "tests.h"
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void fail(const char *message) {
  fprintf(stderr, "%s\n", message);
  exit(1);
}

static stack_t make_signal_stack(void) {
  size_t bytes = 1 << 16;
#ifdef AT_MINSIGSTKSZ
  bytes += (getauxval(AT_MINSIGSTKSZ) + PAGE_BYTES) & -(size_t)PAGE_BYTES;
#endif
  uint8_t *guarded = mmap(0, bytes + 2 * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (guarded == MAP_FAILED || mprotect(guarded + PAGE_BYTES, bytes, PROT_READ | PROT_WRITE))
    fail("there is no memory for a signal stack");
  stack_t stack = {.ss_sp = guarded + PAGE_BYTES, .ss_size = bytes};
  if (sigaltstack(&stack, 0)) fail("the kernel refuses a signal stack");
  return stack;
}

/* As the kernel reads it; SA_RESTORER, for the C library would give its own. */
struct kernel_action {
  const void *handler;
  unsigned long flags;
  const void *restorer;
  uint64_t mask;
};
enum { WITH_RESTORER = 0x04000000 };

static void catch_signals(void) {
  struct kernel_action action = {signal_gate, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | WITH_RESTORER, signal_return, 0};
  static const int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP, SIGSYS, SIGUSR1};
  for (unsigned k = 0; k < sizeof signals / sizeof *signals; k++)
    if (syscall(SYS_rt_sigaction, signals[k], &action, 0, sizeof action.mask)) fail("the kernel refuses a handler");
}

/* The kernel must not write restartable sequences' area behind our back: the base of FS is the test's. */
static void leave_restartable_sequences(void) {
#ifdef SYS_rseq
  extern const ptrdiff_t __rseq_offset __attribute__((weak));
  extern const unsigned __rseq_size __attribute__((weak));
  enum { UNREGISTER = 1, SIGNATURE = 0x53053053, AREA_BYTES = 32 };
  if (!&__rseq_offset || !&__rseq_size || __rseq_size == 0) return;
  syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, AREA_BYTES, UNREGISTER, SIGNATURE);
#endif
}

static void check(const char *trouble) {
  if (trouble) fail(trouble);
}

static void check_place(const stack_t *stack) {
  const void *ours[] = {signal_gate, &exit_frame, stack->ss_sp, input, output, progress, stack};
  for (unsigned k = 0; k < sizeof ours / sizeof *ours; k++)
    if ((uintptr_t)ours[k] >> 32 == 0) fail("the runner lies below 4 GiB, where tests can reach it");
}

_Noreturn void run_child(const struct world *world, int orders, int reports) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  check(make_segments(world->segments, world->hello.segments));
  check(map_sandbox(world->pages, world->hello.pages));
  check(make_stub(world->hello.stub));
  stack_t stack = make_signal_stack();
  check_place(&stack);
  prepare_tests(&stack);
  catch_signals();
  leave_restartable_sequences();
  protect_batch();
  /* Nothing but the two pipes, and where it says why it cannot begin. */
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  check(lock_system_calls(orders, reports));
  char byte = 'r';
  for (;;) {
    call_system(SYS_write, reports, (long)&byte, 1);
    if (call_system(SYS_read, orders, (long)&byte, 1) != 1) call_system(SYS_exit_group, 0, 0, 0);
    run_tests();
  }
}
