/* The ways from us into the code of a test and back, in assembly; and the only system calls there are once locked. */
#ifndef CROSSING_H
#define CROSSING_H
#include <stdint.h>
#include <signal.h>
#include <ucontext.h>

/* As it lies on the stack when a handler begins: what sigreturn reads. */
struct signal_frame {
  uint64_t restorer;
  ucontext_t context;
};

/* Popped in this order, down to IRETQ's five. */
struct entry_frame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
  uint64_t rip, cs, rflags, rsp, ss;
};

/* What `exit_gate` saved: registers as `struct state` has them. */
struct exit_frame {
  uint64_t gpr[16], rflags;
};
extern struct exit_frame exit_frame;

/* Both leave for good. sigreturn takes NT and ID from the flags in force, not from its frame. */
_Noreturn void enter_by_sigreturn(struct signal_frame *frame, uint64_t flags_in_force);
_Noreturn void enter_by_iret(struct entry_frame *frame, const void *initial_vectors);
/* Where a test that has ended jumps to; goes on in `on_exit_gate`, which does not return. */
extern const char exit_gate[];
void on_exit_gate(void);

/* Calls `work`, which does not return but ends by `leave_tests`. */
void with_way_home(void (*work)(void));
_Noreturn void leave_tests(void);

/* The handler's first instructions; goes on in `on_signal`. */
extern const char signal_gate[], signal_return[];
void on_signal(int signal, siginfo_t *information, ucontext_t *context);

/* System calls are made between these two. */
extern const char calls_begin[], calls_end[];
long call_system(long number, long first, long second, long third);
#endif
