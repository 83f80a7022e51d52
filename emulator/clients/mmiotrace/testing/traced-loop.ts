/** One CPU of several: a loop of 10,000 stores to a device, put into a ring that all share. */
import { Machine } from '../../../emulator.ts';
import { Mmiotrace } from '../mmiotrace.ts';
import { TraceRing } from '../ring.ts';

const dummy = 0x1000_0000n;

export const traceLoop = (index: number, shared: SharedArrayBuffer): void => {
  const ring = new TraceRing(shared);
  const machine = new Machine();
  machine.memory.map(0x40_0000n, 0x1000);
  // mov [rbx], ecx; inc ecx; cmp ecx, 10000; jne back; hlt
  const code = [0x89, 0x0b, 0xff, 0xc1, 0x81, 0xf9, 0x10, 0x27, 0, 0, 0x75, 0xf4, 0xf4];
  machine.memory.write(0x40_0000n, Uint8Array.from(code));
  machine.set('rip', 0x40_0000n);
  machine.set('rbx', dummy);
  let time = 0n;
  const bus = { read: (_: bigint, sizeBytes: number) => new Uint8Array(sizeBytes), write: () => {} };
  const tracer = new Mmiotrace(machine, bus, {
    now: () => ++time,
    record: (event) => {
      if (event.kind === 'read' || event.kind === 'write') ring.put(event);
    },
  });
  tracer.map({ id: index, physical: 0xfd00_0000n, dummy, real: 0x2000_0000n, length: 0x1000n });
  while (tracer.execute().kind === 'done');
};
