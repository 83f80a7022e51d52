/* What the native programs share: `PROGRAM FILE WIDTH COUNT ROUNDS` reads code, and times jobs over its first instructions. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_ROUNDS = 64 };

/* One pass over `count` instructions, one after the other; a sum, so that nothing can be left out as unused. */
typedef uint64_t job(const uint8_t *code, size_t size, size_t count);

static inline void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline double cpu_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static inline int by_size(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Prints the name and the median, in milliseconds of CPU time. */
static inline void time_job(const char *name, job *run, const uint8_t *code, size_t size, size_t count, int rounds) {
  double times[MOST_ROUNDS];
  volatile uint64_t sum = run(code, size, count);
  for (int k = 0; k < rounds; k++) {
    double start = cpu_ms();
    sum += run(code, size, count);
    times[k] = cpu_ms() - start;
  }
  qsort(times, (size_t)rounds, sizeof *times, by_size);
  printf("%s\t%f\n", name, times[rounds / 2]);
}

static inline uint8_t *read_code(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  must(file != NULL && !fseek(file, 0, SEEK_END), "FILE cannot be read");
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t *code = malloc(*size + 16);
  must(code != NULL && fread(code, 1, *size, file) == *size, "FILE cannot be read whole");
  fclose(file);
  return code;
}
#endif
