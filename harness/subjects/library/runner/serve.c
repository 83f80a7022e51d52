/* Reads batches of slots from standard input, writes what a library tells of each to standard output. */
#include "library.h"
#include "../../silicon/runner/pipes.h"
#include <string.h>

enum { OUTPUT_BYTES = 1 << 21, MOST_BATCH_BYTES = 1 << 24 };

static uint8_t output[OUTPUT_BYTES] __attribute__((aligned(8)));

static void greet(void) {
  struct hello hello;
  if (!read_all(&hello, sizeof hello)) exit(0);
  if (hello.magic != WIRE_MAGIC) fail("the greeting is of another version");
  struct welcome welcome = {.magic = WIRE_MAGIC};
  const char *trouble = prepare(&welcome);
  if (trouble) fail(trouble);
  write_all(&welcome, sizeof welcome);
}

/* Where the next record begins. */
static uint8_t *finish(uint8_t *record, size_t content, uint32_t length) {
  uint8_t *end = record + sizeof(struct reading) + content;
  while ((end - record) % 8) *end++ = 0;
  struct reading reading = {.bytes = (uint32_t)(end - record), .length = length};
  memcpy(record, &reading, sizeof reading);
  return end;
}

static void run_batch(const struct setting *setting, const uint8_t *slots, uint32_t count) {
  uint8_t *end = output;
  if (!setting->mode) end = finish(end, tell_names(end + sizeof(struct reading)), 0);
  for (uint32_t k = 0; setting->mode && k < count; k++) {
    uint32_t length = 0;
    size_t content = disassemble(setting, slots + k * SLOT_BYTES, end + sizeof(struct reading), &length);
    end = finish(end, content, length);
    if (end <= output + OUTPUT_BYTES - MOST_CONTENT_BYTES) continue;
    write_all(output, (size_t)(end - output));
    end = output;
  }
  write_all(output, (size_t)(end - output));
}

int main(void) {
  greet();
  static uint8_t input[MOST_BATCH_BYTES] __attribute__((aligned(8)));
  struct batch batch;
  while (read_all(&batch, sizeof batch)) {
    struct setting setting;
    if (batch.bytes < sizeof setting || batch.bytes > MOST_BATCH_BYTES) fail("a batch is not as long as it may be");
    if (!read_all(input, batch.bytes)) return 1;
    memcpy(&setting, input, sizeof setting);
    if (setting.mode && batch.bytes != sizeof setting + (size_t)batch.count * SLOT_BYTES)
      fail("a batch has other slots than it says");
    run_batch(&setting, input + sizeof setting, batch.count);
  }
  return 0;
}
