import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { type Bus, type IoMap, Mmiotrace } from './mmiotrace.ts';
import { TraceRing } from './ring.ts';
import { formatEvent, formatTrace, lostEvents, parseTrace, TraceError } from './trace.ts';

const dummy = 0xffff_c900_00a0_0000n;
const real = 0xffff_c900_00b0_0000n;
const first: IoMap = { id: 1, physical: 0xfd00_0000n, dummy, real, length: 0x1000n };
const second: IoMap = {
  id: 2,
  physical: 0xfe00_0000n,
  dummy: dummy + 0x1_0000n,
  real: real + 0x1_0000n,
  length: 0x1000n,
};

const codeAddress = 0x40_1000n;
const ram = 0x10_0000n;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

/** A device that answers the same to every read, and remembers writes as `address=bytes`. */
const deviceOf = (answer: string): Bus & { readonly writes: string[] } => {
  const writes: string[] = [];
  return {
    writes,
    read: (_, sizeBytes) => Uint8Array.from({ length: sizeBytes }, (__, k) => bytesOf(answer)[k] ?? 0),
    write: (address, data) => {
      const bytes = [...data].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      writes.push(`${(address - real + 0xb0_0000n).toString(16)}=${bytes}`);
    },
  };
};

interface Traced {
  readonly machine: Machine;
  readonly tracer: Mmiotrace;
  readonly writes: readonly string[];
}

const traced = (
  code: string,
  registers: Readonly<Record<string, bigint>>,
  answer = 'be ba fe ca',
  tracePc = false,
): Traced => {
  const machine = new Machine();
  machine.memory.map(codeAddress, 0x1000, { write: false });
  machine.memory.map(ram, 0x1000);
  machine.memory.write(codeAddress, bytesOf(code));
  machine.set('rip', codeAddress);
  machine.set('rsp', ram + 0x800n);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  const bus = deviceOf(answer);
  let time = 999_999n;
  const tracer = new Mmiotrace(machine, bus, { now: () => ++time, tracePc });
  tracer.map(first);
  return { machine, tracer, writes: bus.writes };
};

/** Kinds, widths, places in the map and values of the accesses of one instruction. */
const accessesOf = ({ tracer }: Traced): readonly string[] =>
  tracer.events.flatMap((event) => {
    if (event.kind !== 'read' && event.kind !== 'write') return [];
    const map = event.id === 1 ? first : second;
    const letter = event.kind === 'read' ? 'R' : 'W';
    return [
      `${letter} ${event.width} ${event.id}+${(event.physical - map.physical).toString(16)} ${event.value.toString(16)}`,
    ];
  });

const one = (code: string, registers: Readonly<Record<string, bigint>>, answer?: string): Traced => {
  const made = traced(code, registers, answer);
  expect(made.tracer.execute()).toEqual({ kind: 'done' });
  return made;
};

describe('D1: maps', () => {
  it('are recorded when they are made, and what is outside of them is not ours', () => {
    const { tracer } = traced('90', {});
    expect(tracer.events.map(formatEvent)).toEqual(['MAP 1.000000 1 0xfd000000 0xffffc90000a00000 0x1000 0x0 0']);
    const { machine, tracer: other } = traced('8a 03', { rbx: dummy + 0x1000n });
    expect(other.execute()).toMatchObject({ kind: 'fault', vector: 14, address: dummy + 0x1000n });
    expect(other.events).toHaveLength(1);
    expect(machine.get('rip')).toBe(codeAddress);
  });
});

describe('D2: the address of an access is diverted, and nothing else', () => {
  it('on its way out', () => {
    const { machine, writes } = one('c7 40 10 78 56 34 12', { rax: dummy });
    expect(writes).toEqual(['b00010=78 56 34 12']);
    expect(machine.get('rax')).toBe(dummy);
    expect(machine.memory.read(codeAddress, 7)).toEqual(bytesOf('c7 40 10 78 56 34 12'));
  });

  it('on its way in', () => {
    const { machine } = one('8b 50 14', { rax: dummy, rdx: -1n & 0xffff_ffff_ffff_ffffn });
    expect(machine.get('rdx')).toBe(0xcafe_baben);
    expect(machine.get('rax')).toBe(dummy);
  });
});

const log = [
  'VERSION 20070824',
  'MAP 1.000000 1 0xfd000000 0xffffc90000a00000 0x1000 0x0 0',
  'W 4 1.000001 1 0xfd000010 0x12345678 0x0 0',
  'R 4 1.000002 1 0xfd000014 0xcafebabe 0x0 0',
  'UNMAP 1.000003 1 0x0 0',
  '',
].join('\n');

describe('D3: the log', () => {
  const traceOf = (tracePc: boolean): string => {
    const { tracer } = traced('c7 40 10 78 56 34 12 8b 50 14', { rax: dummy }, 'be ba fe ca', tracePc);
    tracer.execute();
    tracer.execute();
    tracer.unmap(1);
    return formatTrace(tracer.events);
  };

  it('is written to the letter', () => {
    expect(traceOf(false)).toBe(log);
  });

  it('tells where the instruction was, if it is to', () => {
    const lines = traceOf(true).split('\n');
    expect(lines[2]).toBe('W 4 1.000001 1 0xfd000010 0x12345678 0x401000 0');
    expect(lines[3]).toBe('R 4 1.000002 1 0xfd000014 0xcafebabe 0x401007 0');
  });

  it('is read back as it was written', () => {
    const more = `${log}UNKNOWN 1.000004 1 0xfd000000 0f,c7,08 0x0 0\nMARK 0.000000 Lost 7 events.\n`;
    expect(formatTrace(parseTrace(more))).toBe(more);
  });

  it.each(['R 4 1.0 1 0x0 0x0 0x0 0', 'W four', 'MAP', 'nonsense'])(
    'does not read %j, and says where it stands',
    (line) => {
      expect(() => parseTrace(`${log}${line}\n`)).toThrow(TraceError);
      expect(() => parseTrace(`${log}${line}\n`)).toThrow('Line 6');
    },
  );
});

describe('D4: data as wide as the instruction has it', () => {
  it.each([
    ['48 c7 00 ff ff ff ff', { rax: dummy }, 'W 8 1+0 ffffffffffffffff'],
    ['c7 04 24 78 56 34 12', { rsp: dummy }, 'W 4 1+0 12345678'],
    ['66 48 89 03', { rbx: dummy, rax: 0x1122_3344_5566_7788n }, 'W 8 1+0 1122334455667788'],
    ['88 23', { rbx: dummy, rax: 0x7f00n }, 'W 1 1+0 7f'],
  ])('%s', (code, registers, expected) => {
    expect(accessesOf(one(code, registers))).toEqual([expected]);
  });

  it('0f be 03 reads a byte, which the register extends', () => {
    const made = one('0f be 03', { rbx: dummy }, '80');
    expect(accessesOf(made)).toEqual(['R 1 1+0 80']);
    expect(made.machine.get('eax')).toBe(0xffff_ff80n);
  });
});

describe('D5: what other tracers do not know', () => {
  it.each<[string, Record<string, bigint>, readonly string[]]>([
    ['f0 0f c1 03', { rbx: dummy, rax: 1n }, ['R 4 1+0 cafebabe', 'W 4 1+0 cafebabf']],
    ['a5', { rsi: dummy, rdi: ram }, ['R 4 1+0 cafebabe']],
    ['f3 ab', { rdi: dummy, rcx: 3n, rax: 9n }, ['W 4 1+0 9', 'W 4 1+4 9', 'W 4 1+8 9']],
    ['ff 33', { rbx: dummy }, ['R 8 1+0 cafebabe']],
  ])('%s', (code, registers, expected) => {
    expect(accessesOf(one(code, registers))).toEqual(expected);
  });

  it('an instruction that cannot be executed is recorded by its first bytes', () => {
    const { tracer } = traced('0f ae 23', { rbx: dummy });
    expect(tracer.execute()).toEqual({ kind: 'unsupported' });
    expect(tracer.events.slice(1).map(formatEvent)).toEqual(['UNKNOWN 1.000001 1 0xfd000000 0f,ae,23 0x0 0']);
    const unknown = { kind: 'unknown', time: 1_000_004n, id: 1, physical: 0xfd00_0000n, pc: 0n } as const;
    expect(formatEvent({ ...unknown, bytes: [0x0f, 0xc7, 0x08] })).toBe('UNKNOWN 1.000004 1 0xfd000000 0f,c7,08 0x0 0');
  });
});

describe('D6: both operands in maps', () => {
  it('are one read and one write', () => {
    const made = traced('a5', { rsi: dummy, rdi: second.dummy });
    made.tracer.map(second);
    expect(made.tracer.execute()).toEqual({ kind: 'done' });
    expect(accessesOf(made)).toEqual(['R 4 1+0 cafebabe', 'W 4 2+0 cafebabe']);
  });
});

describe('D7: several CPUs', () => {
  /** A thread of its own, which first needs a loader for TypeScript. */
  const worker = (index: number, shared: SharedArrayBuffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
      const entry = JSON.stringify(new URL('./testing/traced-loop.ts', import.meta.url));
      const program = `const { index, shared } = require('node:worker_threads').workerData;
        import(${loader}).then(({ register }) => register()).then(() => import(${entry}))
          .then(({ traceLoop }) => traceLoop(index, shared));`;
      const thread = new Worker(program, { eval: true, workerData: { index, shared } });
      thread.once('error', reject).once('exit', () => resolve());
    });

  it('lose nothing, and each keeps its order', async () => {
    const ring = new TraceRing(1 << 15);
    await Promise.all([worker(1, ring.shared), worker(2, ring.shared)]);
    const { events, lost } = ring.take();
    expect([events.length, lost]).toEqual([20_000, 0]);
    for (const index of [1, 2]) {
      const values = events.filter(({ id }) => id === index).map(({ value }) => value);
      expect(values).toEqual(Array.from({ length: 10_000 }, (_, k) => BigInt(k)));
    }
  });
});

describe('D8: records that come too fast', () => {
  it('are counted and told', () => {
    const ring = new TraceRing(3);
    const event = { kind: 'read', time: 1n, width: 4, id: 1, physical: 2n, value: 3n, pc: 0n } as const;
    for (let k = 0; k < 10; k++) ring.put(event);
    const { events, lost } = ring.take();
    expect(events).toEqual([event, event, event]);
    expect(formatEvent(lostEvents(lost))).toBe('MARK 0.000000 Lost 7 events.');
    expect(ring.put(event)).toBe(true);
    expect(ring.take()).toEqual({ events: [event], lost: 0 });
  });
});

describe('D9: faults that are not ours', () => {
  it('are the CPU to handle: nothing is written, and the device was read once', () => {
    const made = traced('a5', { rsi: dummy, rdi: 0x9_0000n });
    expect(made.tracer.execute()).toMatchObject({ kind: 'fault', vector: 14, error: 6, address: 0x9_0000n });
    expect(accessesOf(made)).toEqual(['R 4 1+0 cafebabe']);
    expect([made.machine.get('rsi'), made.machine.get('rip')]).toEqual([dummy, codeAddress]);
  });
});
