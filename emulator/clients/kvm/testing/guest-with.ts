/** A guest with code, a page of RAM and registers. */
import { Guest, type GuestOptions } from '../guest.ts';

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Within the 64 KiB of 16-bit code. */
export const ram = 0x4000n;
export const mmio = 0x9000n;
const stackTop = 0x4f00n;

/** Where code is that is told nothing else; the same in all modes. */
export const codeAt = (_mode: 16 | 32 | 64): bigint => 0x2000n;

export const guestWith = (
  code: string,
  options: GuestOptions & { readonly rip?: bigint } = {},
  registers: Readonly<Record<string, bigint>> = {},
): Guest => {
  const { rip = codeAt(64), ...rest } = options;
  const guest = new Guest(rest);
  const { machine } = guest;
  machine.memory.map(rip & ~0xfffn, 0x1000);
  machine.memory.write(rip, bytesOf(code));
  machine.memory.map(ram, 0x1000);
  machine.set('rip', rip);
  machine.set('rsp', stackTop);
  for (const [name, value] of Object.entries(registers)) machine.set(name, BigInt.asUintN(64, value));
  return guest;
};

const names = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r11', 'rip', 'rflags', 'cs', 'ss', 'cr0'];

/** Registers, as text. */
export const state = ({ machine }: Guest): string =>
  names.map((name) => `${name}=${machine.get(name).toString(16)}`).join(' ');
