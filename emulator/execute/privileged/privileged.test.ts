import { describe, expect, it } from 'vitest';
import { Machine, type MachineOptions } from '../../emulator.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const code = 0x2000n;
const data = 0x4000n;

const machineWith = (
  text: string,
  registers: Readonly<Record<string, bigint>> = {},
  options: MachineOptions = {},
): Machine => {
  const machine = new Machine({ cpl: 0, ...options });
  machine.memory.map(code, 0x3000);
  machine.memory.write(code, bytesOf(text));
  machine.set('rip', code);
  machine.set('rsp', 0x4f00);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  return machine;
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('descriptor tables', () => {
  it('are stored and loaded with 64-bit bases in 64-bit mode', () => {
    const tables = { gdtbase: 0xffff_8000_1234_5678n, gdtlimit: 0xabcdn, rbx: data };
    const machine = machineWith('0f 01 03 0f 01 1b', tables);
    expect([machine.step().kind, machine.step().kind]).toEqual(['done', 'done']);
    expect(hex(machine.memory.read(data, 10))).toBe('cdab785634120080ffff');
    expect([machine.get('idtbase'), machine.get('idtlimit')]).toEqual([0xffff_8000_1234_5678n, 0xabcdn]);
  });

  it('have 24 bits of base with operands of 16 bits', () => {
    const machine = machineWith('66 0f 01 13 66 0f 01 03', { rbx: data }, { mode: 32 });
    machine.memory.write(data, bytesOf('ff 01 44 33 22 11'));
    expect([machine.step().kind, machine.get('gdtbase')]).toEqual(['done', 0x22_3344n]);
    machine.set('gdtbase', 0x9988_7766n);
    machine.step();
    expect(hex(machine.memory.read(data, 6))).toBe('ff0166778800');
  });

  it('are not loaded with a base that is not canonical', () => {
    const machine = machineWith('0f 01 13', { rbx: data });
    machine.memory.write(data + 2n, bytesOf('00 00 00 00 00 80 00 00'));
    expect(machine.step()).toEqual({ kind: 'fault', vector: 13, error: 0 });
  });
});

describe('LLDT and LTR', () => {
  /** An LDT at 8 and a TSS at 18, each with 16 bytes in IA-32e mode; an LDT that is absent at 28. */
  const table =
    '0000000000000000 ff00 0010 56 82 00 34 00c0ffff 00000000 6700 0040 00 89 00 00 00000000 00000000 ff00 0000 00 02 00 00';

  const loading = (text: string, selector: bigint, options: MachineOptions = {}) => {
    const machine = machineWith(text, { rax: selector, gdtbase: data, gdtlimit: 0x37n }, options);
    machine.memory.write(data, bytesOf(table));
    return machine;
  };

  it('load base and limit, of 64 bits in IA-32e mode', () => {
    const machine = loading('0f 00 d0', 8n, { cpl: 0 });
    machine.memory.write(data + 16n, bytesOf('00 80 ff ff'));
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('ldtr'), machine.get('ldtrbase'), machine.get('ldtrlimit')]).toEqual([
      ...[8n, 0xffff_8000_3456_1000n, 0xffn],
    ]);
    const legacy = loading('0f 00 d0', 8n, { mode: 32, cpl: 0 });
    legacy.step();
    expect(legacy.get('ldtrbase')).toBe(0x3456_1000n);
  });

  it('make the task busy', () => {
    const machine = loading('0f 00 d8 0f 00 d8', 0x18n);
    expect([machine.step().kind, machine.get('tr'), machine.get('trbase')]).toEqual(['done', 0x18n, 0x4000n]);
    expect([...machine.memory.read(data + 0x1dn, 1)]).toEqual([0x8b]);
    expect(machine.step()).toEqual({ kind: 'fault', vector: 13, error: 0x18 });
  });

  it.each([
    ['0f 00 d0', 0n, 'done', 0],
    ['0f 00 d8', 0n, 'fault', 13, 0],
    ['0f 00 d0', 0xcn, 'fault', 13, 0xc],
    ['0f 00 d0', 0x18n, 'fault', 13, 0x18],
    ['0f 00 d0', 0x28n, 'fault', 11, 0x28],
    ['0f 00 d0', 0x38n, 'fault', 13, 0x38],
  ] as const)('%s of selector %i is %s', (text, selector, kind, vector = 0, error = 0) => {
    expect(loading(text, selector).step()).toEqual(kind === 'done' ? { kind } : { kind, vector, error });
  });
});

describe('system calls by their registers', () => {
  const system = { executesSystemCalls: true } as const;

  it('SYSRET goes back to 64-bit code, or to 32-bit code', () => {
    const registers = { star: 0x0023_0010_0000_0000n, rcx: 0x2100n, r11: 0x246n } as const;
    const wide = machineWith('48 0f 07', registers, { system });
    expect(wide.step()).toEqual({ kind: 'done' });
    expect([wide.get('cs'), wide.get('ss'), wide.get('rip'), wide.get('rflags'), wide.mode]).toEqual([
      ...[0x33n, 0x2bn, 0x2100n, 0x246n, 64],
    ]);
    const narrow = machineWith('0f 07', registers, { system });
    narrow.step();
    expect([narrow.get('cs'), narrow.get('rip'), narrow.mode]).toEqual([0x23n, 0x2100n, 32]);
  });

  it('SYSENTER and SYSEXIT change stacks', () => {
    const registers = { sysentercs: 0x10n, sysenteresp: 0x4800n, sysentereip: 0x2100n, if: 1n } as const;
    const machine = machineWith('0f 34', registers, { system, mode: 32, cpl: 3 });
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'eip', 'esp', 'if'].map((name) => machine.get(name))).toEqual([
      ...[0x10n, 0x18n, 0x2100n, 0x4800n, 0n],
    ]);
    machine.memory.write(0x2100n, bytesOf('0f 35'));
    machine.set('edx', 0x2002);
    machine.set('ecx', 0x4700);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'eip', 'esp'].map((name) => machine.get(name))).toEqual([0x23n, 0x2bn, 0x2002n, 0x4700n]);
  });

  it('are #GP(0) without a code segment, #UD without SCE', () => {
    expect(machineWith('0f 34', {}, { system, mode: 32, cpl: 3 }).step()).toMatchObject({ vector: 13, error: 0 });
    expect(machineWith('0f 05', { efer: 0x100n }, { system, cpl: 3 }).step()).toMatchObject({ vector: 6 });
  });

  it('SWAPGS exchanges the bases', () => {
    const machine = machineWith('0f 01 f8', { gsbase: 1n, kernelgsbase: 2n });
    machine.step();
    expect([machine.get('gsbase'), machine.get('kernelgsbase')]).toEqual([2n, 1n]);
  });
});

describe('what the owner hears', () => {
  it('INVLPG by linear address, caches, hypercalls', () => {
    const heard: string[] = [];
    const machine = machineWith(
      '65 0f 01 3b 0f 09 0f 08 0f 01 c1',
      { rbx: 0x10n, gsbase: 0x1000n },
      {
        system: {
          invalidatePage: (address) => heard.push(`page ${address.toString(16)}`),
          invalidateCaches: (kind) => heard.push(kind),
          hypercall: () => heard.push('call'),
        },
      },
    );
    for (let k = 0; k < 4; k++) expect(machine.step()).toEqual({ kind: 'done' });
    expect(heard).toEqual(['page 1010', 'wbinvd', 'invd', 'call']);
  });

  it('CR0 that enters IA-32e mode needs PAE', () => {
    const enter = (cr4: bigint) =>
      machineWith('0f 22 c0', { cr0: 0x11n, efer: 0x100n, rax: 0x8000_0011n, cr4 }, { mode: 32 }).step().kind;
    expect([enter(0n), enter(0x20n)]).toEqual(['fault', 'done']);
  });
});

describe('x87, MMX and SSE control', () => {
  it('LDMXCSR refuses reserved bits', () => {
    const machine = machineWith('0f ae 13 0f ae 1b 0f ae 53 10', { rbx: data });
    machine.memory.write(data, bytesOf('bf 1f 00 00'));
    machine.memory.write(data + 16n, bytesOf('00 00 01 00'));
    expect([machine.step().kind, machine.get('mxcsr'), machine.step().kind]).toEqual(['done', 0x1fbfn, 'done']);
    expect(machine.step()).toEqual({ kind: 'fault', vector: 13, error: 0 });
  });

  it.each([
    ['0f ae 13', { cr0: 0x8000_0019n }, 7],
    ['0f ae 13', { cr0: 0x8000_0015n }, 6],
    ['0f ae 13', { cr4: 0x20n }, 6],
    ['0f ae 03', { cr0: 0x8000_0019n }, 7],
    ['0f ae 03', { rbx: data + 8n }, 13],
  ] as const)('%s with %o is vector %i', (text, registers, vector) => {
    expect(machineWith(text, { rbx: data, ...registers }).step()).toMatchObject({ kind: 'fault', vector });
  });
});
