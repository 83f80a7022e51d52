/** What Zydis says otherwise of the validity of VEX and EVEX. */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

const accepts = { ours: 'invalid', theirs: 'valid' } as const;

/** What all rows share: instructions of Knights Corner, which its decoder mode KNC does not take away. */
const knightsCorner = {
  subject: 'zydis',
  modes,
  observables: ['validity'],
  says: accepts,
  right: { intel: 'ours', amd: 'ours' },
  class: 'feature',
} as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);

export const zydisVectors: readonly KnownRow[] = [
  {
    ...knightsCorner,
    id: 'zydis-mvex',
    match: { is: ['evex-reserved'] },
    manual: 'SDM 2A 2.7.1',
    note: 'EVEX with 0 in P1[2] is MVEX, which Knights Corner alone has; elsewhere it is #UD.',
  },
  {
    ...knightsCorner,
    id: 'zydis-knights-corner-vex',
    match: {
      places: [
        { map: vex(0), opcodes: [0x74, 0x75] },
        { map: vex(1), opcodes: [0x18, [0x41, 0x4b], 0x84, 0x85, [0x90, 0x98], 0xae, 0xb8, 0xbc, 0xbd] },
        { map: vex(2), opcodes: [0xf0] },
        { map: vex(3), opcodes: [0x3e] },
      ],
    },
    manual: 'SDM 2A 2.3.6',
    note: 'Instructions on masks, prefetches, counts and delays of Knights Corner in VEX, which no other CPU has.',
  },
];
