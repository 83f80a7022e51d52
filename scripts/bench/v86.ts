/** v86 (npm) in its interpreter, at the 32-bit loops: a BIOS of our own enters flat protected mode and jumps to the loop. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { V86 } from 'v86';
import { cpuTimeMs } from './cpu-time.ts';
import { codeAddress } from './loops.ts';

declare module 'v86' {
  interface Event {
    /** HLT with interrupts off: nothing follows. */
    'cpu-event-halt': undefined;
  }
}

const { resolve } = createRequire(import.meta.url);

export interface V86Run {
  readonly cpuMs: number;
  /** With the boot's, and the HLT. */
  readonly instructions: number;
}

export interface V86Loop {
  run(): Promise<V86Run>;
  close(): Promise<void>;
}

/** The published package's version. */
export const v86Version = async (): Promise<string> => {
  const { version } = JSON.parse(await readFile(resolve('v86/package.json'), 'utf8'));
  return String(version);
};

export const createV86Loop = async (code: Uint8Array): Promise<V86Loop> => {
  const emulator = new V86({
    wasm_path: resolve('v86/build/v86.wasm'),
    bios: { buffer: bios().buffer },
    memory_size: 16 << 20,
    vga_memory_size: 1 << 20,
    disable_jit: true,
    autostart: false,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
  });
  await new Promise<void>((ready) => emulator.add_listener('emulator-ready', () => ready()));
  return {
    async run() {
      emulator.restart();
      emulator.write_memory(code, codeAddress);
      const before = emulator.get_instruction_counter();
      const startMs = cpuTimeMs();
      await new Promise<void>((halted) => {
        const listener = (): void => {
          emulator.remove_listener('cpu-event-halt', listener);
          halted();
        };
        emulator.add_listener('cpu-event-halt', listener);
        void emulator.run();
      });
      const cpuMs = cpuTimeMs() - startMs;
      const instructions = (emulator.get_instruction_counter() - before) >>> 0;
      await emulator.stop();
      return { cpuMs, instructions };
    },
    close: () => emulator.destroy(),
  };
};

const biosBytes = 0x10000;
const bootOffset = 0xff00;
const flatOffset = 0xff20;
const tableOffset = 0xff40;

/** 64 KiB below 1 MiB, where the CPU begins at the last 16 bytes. */
const bios = (): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(biosBytes);
  bytes.set(reset, 0xfff0);
  bytes.set(boot, bootOffset);
  bytes.set(flat, flatOffset);
  bytes.set(tables, tableOffset);
  return bytes;
};

/** jmp F000:bootOffset */
const reset = [0xea, 0x00, 0xff, 0x00, 0xf0];

const boot = [
  ...[0xfa], // cli
  ...[0x2e, 0x66, 0x0f, 0x01, 0x16, 0x58, 0xff], // o32 lgdt [cs:tableOffset + 18h]
  ...[0x0f, 0x20, 0xc0], // mov eax, cr0
  ...[0x0c, 0x01], // or al, 1
  ...[0x0f, 0x22, 0xc0], // mov cr0, eax
  ...[0x66, 0xea, 0x20, 0xff, 0x0f, 0x00, 0x08, 0x00], // jmp dword 8:0F0000h + flatOffset
];

const flat = [
  ...[0x66, 0xb8, 0x10, 0x00], // mov ax, 10h
  ...[0x8e, 0xd8], // mov ds, ax
  ...[0x8e, 0xc0], // mov es, ax
  ...[0x8e, 0xd0], // mov ss, ax
  ...[0xb8, 0x00, 0x02, 0x00, 0x00], // mov eax, OSFXSR
  ...[0x0f, 0x22, 0xe0], // mov cr4, eax
  ...[0xb8, 0x00, 0x00, 0x01, 0x00], // mov eax, codeAddress
  ...[0xff, 0xe0], // jmp eax
];

const tables = [
  ...[0, 0, 0, 0, 0, 0, 0, 0],
  ...[0xff, 0xff, 0, 0, 0, 0x9b, 0xcf, 0], // 8: code of 4 GiB
  ...[0xff, 0xff, 0, 0, 0, 0x93, 0xcf, 0], // 10h: data of 4 GiB
  ...[0x17, 0x00, 0x40, 0xff, 0x0f, 0x00], // GDTR: limit, 0F0000h + tableOffset
];
