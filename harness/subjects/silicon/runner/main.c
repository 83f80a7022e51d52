/*
 * Executes single instructions on the CPU it runs on: reads the world and batches of tests from standard input (wire.h),
 * writes results to standard output. This process does the reading, the writing and the watching; its child executes.
 */
#define _GNU_SOURCE
#include "batch.h"
#include "child.h"
#include "lock.h"
#include "pipes.h"
#include "signature.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 10, POKE_AFTER_LOOKS = 3, KILL_AFTER_LOOKS = 100 };

static struct world world;
static pid_t child;
static int orders, reports; /* Our ends of the pipes to the child. */

static void read_world(void) {
  struct hello *hello = &world.hello;
  if (!read_all(hello, sizeof *hello)) exit(0);
  if (hello->magic != WIRE_MAGIC) fail("the greeting is of another version");
  if (hello->pages > MOST_PAGES || hello->segments > MOST_SEGMENTS) fail("the world is too large");
  if (!read_all(world.pages, hello->pages * sizeof *world.pages)) exit(1);
  if (!read_all(world.segments, hello->segments * sizeof *world.segments)) exit(1);
}

static void start_child(void) {
  int to[2], from[2];
  if (pipe(to) || pipe(from)) fail("there are no pipes");
  child = fork();
  if (child < 0) fail("there is no process for the child");
  if (child == 0) {
    close(to[1]);
    close(from[0]);
    run_child(&world, to[0], from[1]);
  }
  close(to[0]);
  close(from[1]);
  orders = to[1];
  reports = from[0];
  char byte;
  if (read(reports, &byte, 1) != 1) exit(1);
}

static int bury_child(void) {
  int status = 0;
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  close(orders);
  close(reports);
  child = 0;
  return status;
}

/* Waits until the child has said that it is done. False where it has died, or had to be killed. */
static int watch_child(void) {
  uint32_t next = progress->next, beats = progress->beats;
  for (unsigned idle = 0;; idle++) {
    struct pollfd wait = {reports, POLLIN, 0};
    if (poll(&wait, 1, LOOK_EVERY_MS) > 0) {
      char byte;
      return read(reports, &byte, 1) == 1;
    }
    if (progress->next != next || progress->beats != beats) idle = 0;
    next = progress->next;
    beats = progress->beats;
    if (idle >= KILL_AFTER_LOOKS) return 0;
    if (idle >= POKE_AFTER_LOOKS) kill(child, SIGUSR1);
  }
}

static void add_death(int status) {
  struct result *result = (struct result *)(output + progress->written);
  memset(result, 0, sizeof *result);
  result->bytes = sizeof *result;
  result->outcome = status == SIGKILL ? OUTCOME_TIMED_OUT : OUTCOME_DIED;
  result->detail = (uint32_t)status;
  progress->written += result->bytes;
  progress->next++;
}

/* A child can write into its progress: what it cannot be is not believed. */
static int is_sane(uint32_t first, uint32_t count) {
  return progress->next >= first && progress->next <= count && progress->count == count &&
         progress->written <= OUTPUT_BYTES - PAGE_BYTES;
}

static void run_batch(uint32_t count) {
  uint32_t accused = count;
  progress->count = count;
  progress->next = 0;
  while (progress->next < count) {
    uint32_t first = progress->next;
    progress->written = 0;
    progress->is_running = 0;
    if (!child) start_child();
    if (write(orders, "g", 1) != 1 || !watch_child()) {
      int status = bury_child();
      if (!is_sane(first, count)) fail("a test has destroyed the runner's memory");
      /* Whoever killed it may not have been the test: it is accused only when it fails twice. */
      if (accused == progress->next) add_death(status);
      else accused = progress->next;
    }
    if (!is_sane(first, count)) fail("a test has destroyed the runner's memory");
    write_all(output, progress->written);
  }
}

/* Tests are to lie within the input, one behind the other. */
static void find_tests(const struct batch *batch) {
  uint32_t at = 0;
  for (uint32_t k = 0; k < batch->count; k++) {
    const struct test *test = (const struct test *)(input + at);
    if (at + sizeof *test > batch->bytes || test->bytes < sizeof *test || test->bytes > batch->bytes - at)
      fail("a test has no such length");
    if (test->length == 0 || test->length >= CODE_BYTES) fail("an instruction has no such length");
    uint32_t end = sizeof *test;
    for (unsigned run = 0; run < test->runs; run++) {
      const struct run *one = (const struct run *)(input + at + end);
      if (end + sizeof *one > test->bytes || one->length > test->bytes - end - sizeof *one) fail("a run has no such length");
      end += sizeof *one + ((one->length + 7) & ~7u);
    }
    test_offsets[k] = at;
    at += test->bytes;
  }
  if (at != batch->bytes) fail("a batch has no such length");
}

/*
 * Tests aim at the end of the canonical addresses, with displacements of 2 GiB: the kernel's choice of place for our stack
 * is taken only where it is further away. Each start by exec has another.
 */
static void choose_place(int count, char **arguments) {
  enum { MOST_STARTS = 64 };
  static char *again[MOST_STARTS + 2];
  if ((uint64_t)__builtin_frame_address(0) < 0x7fff70000000) return;
  if (count >= MOST_STARTS) fail("the stack lies where tests can reach it: is the layout of addresses not random here?");
  for (int k = 0; k <= count; k++) again[k] = arguments[0];
  execv("/proc/self/exe", again);
  fail("the runner cannot be started anew");
}

int main(int count, char **arguments) {
  choose_place(count, arguments);
  /* A child that died is met by its pipe first. */
  signal(SIGPIPE, SIG_IGN);
  const char *trouble = drop_privileges();
  if (trouble) fail(trouble);
  enum { HAS_FSGSBASE = 2 };
  if (!(getauxval(AT_HWCAP2) & HAS_FSGSBASE)) fail("the kernel does not let programs set the bases of FS and GS");
  make_batch();
  read_world();
  start_child();
  struct welcome welcome = signature_of_cpu();
  write_all(&welcome, sizeof welcome);
  struct batch batch;
  while (read_all(&batch, sizeof batch)) {
    if (batch.bytes > INPUT_BYTES || batch.count > MOST_TESTS) fail("a batch is too large");
    if (!read_all(input, batch.bytes)) break;
    find_tests(&batch);
    run_batch(batch.count);
  }
  if (child) bury_child();
  return 0;
}
