/* How every runner is spoken to: whole records on standard input and output; what goes wrong on standard error. */
#ifndef PIPES_H
#define PIPES_H
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline _Noreturn void fail(const char *message) {
  fprintf(stderr, "%s\n", message);
  exit(1);
}

/* False at the end of the input. */
static inline int read_all(void *into, size_t bytes) {
  for (size_t have = 0; have < bytes;) {
    ssize_t more = read(0, (uint8_t *)into + have, bytes - have);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return 0;
    have += (size_t)more;
  }
  return 1;
}

static inline void write_all(const void *from, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t more = write(1, (const uint8_t *)from + done, bytes - done);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) exit(1);
    done += (size_t)more;
  }
}

#endif
