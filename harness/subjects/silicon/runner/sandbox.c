#define _GNU_SOURCE
#include "sandbox.h"
#include <immintrin.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct page pages[MOST_PAGES];
static unsigned page_count;

/* All runs that a test can have and its code, each over the end of a page. */
enum { MOST_POKES = 2 * (256 + MOST_PAGES) };
static struct {
  struct page *page;
  uint32_t offset, length;
} pokes[MOST_POKES];
static unsigned poke_count;

typedef uint32_t (*scan)(const uint8_t *, const uint8_t *, uint32_t);
static scan next_block;

static uint32_t next_block_sse2(const uint8_t *a, const uint8_t *b, uint32_t from) {
  for (; from < PAGE_BYTES; from += 64) {
    __m128i differs = _mm_setzero_si128();
    for (unsigned k = 0; k < 64; k += 16)
      differs = _mm_or_si128(differs, _mm_xor_si128(_mm_load_si128((const void *)(a + from + k)),
                                                    _mm_load_si128((const void *)(b + from + k))));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(differs, _mm_setzero_si128())) != 0xffff) return from;
  }
  return PAGE_BYTES;
}

__attribute__((target("avx2"))) static uint32_t next_block_avx2(const uint8_t *a, const uint8_t *b, uint32_t from) {
  for (; from < PAGE_BYTES; from += 128) {
    __m256i differs = _mm256_setzero_si256();
    for (unsigned k = 0; k < 128; k += 32)
      differs = _mm256_or_si256(differs, _mm256_xor_si256(_mm256_load_si256((const void *)(a + from + k)),
                                                          _mm256_load_si256((const void *)(b + from + k))));
    if (!_mm256_testz_si256(differs, differs)) return from;
  }
  return PAGE_BYTES;
}

static int map_page(struct page *page) {
  int file = memfd_create("sandbox page", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, PAGE_BYTES)) return -1;
  int rights[] = {PROT_READ | PROT_WRITE, PROT_READ, PROT_READ | PROT_WRITE | PROT_EXEC};
  void *wanted = (void *)(uintptr_t)page->address;
  page->written = mmap(0, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  page->seen = mmap(wanted, PAGE_BYTES, rights[page->access], MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_POPULATE, file, 0);
  close(file);
  if (page->written == MAP_FAILED || page->seen != wanted) return -1;
  memcpy(page->written, page->image, PAGE_BYTES);
  /* A page that is not in the page table would fault as one that is not present. */
  volatile uint8_t touched = page->seen[0];
  (void)touched;
  if (page->access == ACCESS_READ_ONLY) return 0;
  page->seen[0] = touched;
  munmap(page->written, PAGE_BYTES);
  page->written = page->seen;
  return 0;
}

const char *map_sandbox(const struct page_record *records, unsigned count) {
  __builtin_cpu_init();
  next_block = __builtin_cpu_supports("avx2") ? next_block_avx2 : next_block_sse2;
  page_count = count;
  for (unsigned k = 0; k < count; k++) {
    struct page *page = &pages[k];
    page->address = records[k].address;
    page->access = records[k].access;
    if (page->access > ACCESS_EXECUTE) return "a page has no such access";
    memcpy(page->image, records[k].image, PAGE_BYTES);
    memcpy(page->before, records[k].image, PAGE_BYTES);
    if (map_page(page)) return "a page of the sandbox cannot be mapped where it has to be";
  }
  return 0;
}

static struct page *page_at(uint32_t address) {
  for (unsigned k = 0; k < page_count; k++)
    if (address - pages[k].address < PAGE_BYTES) return &pages[k];
  return 0;
}

int is_in_code(uint32_t address, uint32_t length) {
  const struct page *page = page_at(address);
  return page && page->access == ACCESS_EXECUTE && address - page->address + length <= PAGE_BYTES;
}

void poke(uint32_t address, const uint8_t *bytes, uint32_t length) {
  while (length > 0) {
    uint32_t offset = address % PAGE_BYTES;
    uint32_t part = length < PAGE_BYTES - offset ? length : PAGE_BYTES - offset;
    struct page *page = page_at(address);
    if (page && poke_count < MOST_POKES) {
      memcpy(page->before + offset, bytes, part);
      memcpy(page->written + offset, bytes, part);
      pokes[poke_count].page = page;
      pokes[poke_count].offset = offset;
      pokes[poke_count++].length = part;
    }
    address += part;
    bytes += part;
    length -= part;
  }
}

void forget_pokes(void) {
  for (; poke_count > 0; poke_count--) {
    struct page *page = pokes[poke_count - 1].page;
    uint32_t offset = pokes[poke_count - 1].offset, length = pokes[poke_count - 1].length;
    memcpy(page->before + offset, page->image + offset, length);
    memcpy(page->written + offset, page->image + offset, length);
  }
}

static uint8_t *add_run(uint8_t *out, uint32_t address, const uint8_t *bytes, uint32_t length) {
  uint32_t padded = (length + 7) & ~7u;
  struct run *run = (struct run *)out;
  run->address = address;
  run->length = length;
  memset(out + sizeof *run + padded - 8, 0, 8);
  memcpy(out + sizeof *run, bytes, length);
  return out + sizeof *run + padded;
}

uint8_t *collect_changes(uint8_t *out, uint16_t *runs) {
  for (unsigned k = 0; k < page_count; k++) {
    struct page *page = &pages[k];
    if (page->access == ACCESS_READ_ONLY) continue;
    const uint8_t *after = page->seen, *before = page->before;
    for (uint32_t at = 0; (at = next_block(after, before, at & ~127u)) < PAGE_BYTES;) {
      while (after[at] == before[at]) at++;
      uint32_t start = at;
      while (at < PAGE_BYTES && after[at] != before[at]) at++;
      out = add_run(out, page->address + start, after + start, at - start);
      memcpy(page->seen + start, before + start, at - start);
      ++*runs;
    }
  }
  return out;
}
