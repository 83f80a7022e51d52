#define _GNU_SOURCE
#include "guest.h"
#include <string.h>
#include <sys/mman.h>

enum { TABLE_BYTES = 0x800, GDT_LIMIT = 0x7f };
enum { PRESENT = 1, WRITE = 2, USER = 4 };
#define ADDRESS_BITS 0x000ffffffffff000ull

static uint8_t *pool;
static unsigned pool_used;

static uint64_t take_page(void) { return POOL + PAGE_BYTES * (uint64_t)pool_used++; }
static void *at_physical(uint64_t address) { return pool + (address - POOL); }

/* SDM 3A 4.5: four levels, 4 KiB pages. */
static void map_page(uint64_t linear, uint64_t physical, uint64_t rights) {
  uint64_t *table = (uint64_t *)pool;
  for (unsigned shift = 39; shift > 12; shift -= 9) {
    uint64_t *entry = &table[(linear >> shift) & 511];
    if (!(*entry & PRESENT)) *entry = take_page() | PRESENT | WRITE | USER;
    table = at_physical(*entry & ADDRESS_BITS);
  }
  table[(linear >> 12) & 511] = physical | rights | PRESENT;
}

/* SDM 3A 3.4.5; DPL 3. */
static uint64_t descriptor(uint64_t base, uint64_t limit, uint64_t access, uint64_t attributes) {
  if (limit > 0xfffff) {
    limit >>= 12;
    attributes |= 8;
  }
  return (limit & 0xffff) | (base & 0xffffff) << 16 | access << 40 | (limit >> 16) << 48 | attributes << 52 |
         (base >> 24) << 56;
}

static uint64_t descriptor_of(const struct segment_record *segment) {
  uint64_t access = segment->flags & SEGMENT_ABSENT ? 0x70 : 0xf0;
  access |= 1 | (segment->flags & SEGMENT_CODE ? 8 : 0) | (segment->flags & SEGMENT_OPEN ? 2 : 0) |
            (segment->flags & SEGMENT_EXPAND_DOWN ? 4 : 0);
  return descriptor(segment->base, segment->limit, access, segment->flags & SEGMENT_BIG ? 4 : 0);
}

static const uint8_t entry_code[] = {
    0x58, 0x8e, 0xd8,             /* pop rax; mov ds, eax */
    0x58, 0x8e, 0xc0,             /* pop rax; mov es, eax */
    0x58, 0x8e, 0xe0,             /* pop rax; mov fs, eax */
    0x58, 0x8e, 0xe8,             /* pop rax; mov gs, eax */
    0x58, 0x59, 0x5a, 0x5b, 0x5d, 0x5e, 0x5f, /* pop rax, rcx, rdx, rbx, rbp, rsi, rdi */
    0x41, 0x58, 0x41, 0x59, 0x41, 0x5a, 0x41, 0x5b, 0x41, 0x5c, 0x41, 0x5d, 0x41, 0x5e, 0x41, 0x5f, /* pop r8 to r15 */
    0x48, 0xcf,                   /* iretq */
};

static const char *open_unicorn(struct guest *guest, uc_mode mode) {
  static char message[128];
  uc_err error = uc_open(UC_ARCH_X86, mode, &guest->unicorn);
  if (error == UC_ERR_OK) error = uc_ctl_set_cpu_model(guest->unicorn, UC_CPU_X86_EPYC_ROME);
  if (error == UC_ERR_OK) return 0;
  strcpy(message, "Unicorn does not start: ");
  strncat(message, uc_strerror(error), sizeof message - strlen(message) - 1);
  return message;
}

static int map_world(uc_engine *unicorn, struct world *world) {
  for (unsigned k = 0; k < world->count; k++) {
    struct page *page = &world->pages[k];
    if (uc_mem_map_ptr(unicorn, page->address, PAGE_BYTES, UC_PROT_ALL, page->bytes)) return 0;
  }
  return 1;
}

static void write_register(uc_engine *unicorn, int id, uint64_t value) { uc_reg_write(unicorn, id, &value); }

static void write_control(uc_engine *unicorn, uint64_t gdt, uint32_t ldt_limit) {
  enum { PAE = 0x20, FX = 0x200 };
  write_register(unicorn, UC_X86_REG_CR3, POOL);
  write_register(unicorn, UC_X86_REG_CR4, PAE | FX);
  write_register(unicorn, UC_X86_REG_CR0, 0x80050033); /* PG AM WP NE ET MP PE */
  uc_x86_mmr gdtr = {.base = gdt, .limit = GDT_LIMIT};
  uc_reg_write(unicorn, UC_X86_REG_GDTR, &gdtr);
  uc_x86_mmr ldtr = {.selector = 0x50, .base = gdt + TABLE_BYTES, .limit = ldt_limit, .flags = 0x8200};
  uc_reg_write(unicorn, UC_X86_REG_LDTR, &ldtr);
}

const char *make_protected_guest(struct guest *guest, struct world *world, const struct segment_record *segments,
                                 unsigned segment_count) {
  const char *trouble = open_unicorn(guest, UC_MODE_64);
  if (trouble) return trouble;
  uc_engine *unicorn = guest->unicorn;
  pool = mmap(0, POOL_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pool == MAP_FAILED || !map_world(unicorn, world)) return "there is no memory for the guest";
  if (uc_mem_map_ptr(unicorn, POOL, POOL_PAGES * PAGE_BYTES, UC_PROT_ALL, pool)) return "there is no memory for the guest";
  take_page();
  for (unsigned k = 0; k < world->count; k++) {
    const struct page *page = &world->pages[k];
    /* There is no NX: what jumps to data ends there all the same. */
    uint64_t rights[] = {USER | WRITE, USER, USER | WRITE};
    map_page(page->address, page->address, rights[page->access]);
  }
  uint64_t tables = take_page(), entry = take_page(), frame = take_page();
  map_page(tables, tables, WRITE);
  map_page(entry, entry, WRITE);
  map_page(frame, frame, WRITE);
  uint64_t *gdt = at_physical(tables), *ldt = gdt + TABLE_BYTES / 8;
  gdt[4] = descriptor(0, 0xffffffff, 0xfb, 4);
  gdt[5] = descriptor(0, 0xffffffff, 0xf3, 4);
  gdt[6] = descriptor(0, 0xffffffff, 0xfb, 2);
  uint32_t limit = 0;
  for (unsigned k = 0; k < segment_count; k++) {
    ldt[segments[k].entry] = descriptor_of(&segments[k]);
    if (segments[k].entry * 8 + 7 > limit) limit = segments[k].entry * 8 + 7;
  }
  memcpy(at_physical(entry), entry_code, sizeof entry_code);
  guest->entry = entry;
  guest->exit = entry + PAGE_BYTES - 16;
  guest->frame = at_physical(frame);
  write_control(unicorn, tables, limit);
  write_register(unicorn, UC_X86_REG_RFLAGS, 2);
  write_register(unicorn, UC_X86_REG_RSP, frame);
  if (uc_context_alloc(unicorn, &guest->context) || uc_context_save(unicorn, guest->context))
    return "there is no memory for the guest";
  return 0;
}

const char *make_real_guest(struct guest *guest, struct world *world) {
  const char *trouble = open_unicorn(guest, UC_MODE_16);
  if (trouble) return trouble;
  if (!map_world(guest->unicorn, world)) return "there is no memory for the guest";
  guest->entry = 0;
  guest->frame = 0;
  guest->exit = 0xfffffff0;
  if (uc_context_alloc(guest->unicorn, &guest->context) || uc_context_save(guest->unicorn, guest->context))
    return "there is no memory for the guest";
  return 0;
}
