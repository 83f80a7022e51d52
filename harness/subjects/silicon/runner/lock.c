#define _GNU_SOURCE
#include "lock.h"
#include "crossing.h"
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

const char *drop_privileges(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  if (geteuid() == 0 || getuid() == 0) {
    if (setgroups(0, 0) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
      return "it does not run as root, and cannot become another user here";
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return "no_new_privs cannot be set";
  return 0;
}

#define FIELD(name) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, name))
#define HIGH_HALF(name) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, name) + 4)
#define UNLESS(test, value, skip) BPF_JUMP(BPF_JMP | BPF_K | (test), (value), 0, (skip))
#define EITHER(test, value, skip, other) BPF_JUMP(BPF_JMP | BPF_K | (test), (value), (skip), (other))
#define IF(test, value, skip) BPF_JUMP(BPF_JMP | BPF_K | (test), (value), (skip), 0)

const char *lock_system_calls(int orders, int reports) {
  uint64_t begin = (uint64_t)calls_begin, end = (uint64_t)calls_end;
  if (begin >> 32 != end >> 32) return "the system call sites straddle 4 GiB";
  struct sock_filter rules[] = {
      FIELD(arch),
      UNLESS(BPF_JEQ, AUDIT_ARCH_X86_64, 15),
      HIGH_HALF(instruction_pointer),
      UNLESS(BPF_JEQ, (uint32_t)(begin >> 32), 13),
      FIELD(instruction_pointer),
      UNLESS(BPF_JGE, (uint32_t)begin, 11),
      IF(BPF_JGT, (uint32_t)end, 10),
      FIELD(nr),
      IF(BPF_JEQ, SYS_rt_sigreturn, 7),
      IF(BPF_JEQ, SYS_exit_group, 6),
      IF(BPF_JEQ, SYS_write, 3),
      UNLESS(BPF_JEQ, SYS_read, 5),
      FIELD(args[0]),
      EITHER(BPF_JEQ, (uint32_t)orders, 2, 3),
      FIELD(args[0]),
      UNLESS(BPF_JEQ, (uint32_t)reports, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  /* Without SPEC_ALLOW, speculation would be held back at each crossing. */
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program))
    return "the kernel refuses a seccomp filter";
  return 0;
}
