import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { CpuState, type Execution, type ExecutionAnswer, StateWord } from '../execution.ts';
import { codeAddress, codeSelector, dataSelector } from '../sandbox.ts';
import { integerForms } from './integer-forms.ts';
import { outcomesOf } from './outcomes.ts';
import { coverageJson, coverageText } from './page.ts';
import { summarise } from './summary.ts';
import { CoverageTally } from './tally.ts';

const modes: readonly Mode[] = [16, 32, 64];

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const stateOf = (mode: Mode, values: Partial<Record<'rax' | 'rcx' | 'rbx' | 'rflags', number>> = {}): CpuState => {
  const state = new CpuState();
  state.words[StateWord.gpr] = values.rax ?? 0;
  state.words[StateWord.gpr + 2] = values.rcx ?? 0;
  state.words[StateWord.gpr + 6] = values.rbx ?? 0;
  state.words[StateWord.rip] = codeAddress;
  state.words[StateWord.rflags] = values.rflags ?? 0x202;
  for (let k = 0; k < 4; k++) state.words[StateWord.selectors + k] = dataSelector[mode];
  state.words[StateWord.selectors + 1] = codeSelector[mode];
  return state;
};

const question = (hex: string, state = stateOf(64), mode: Mode = 64): Execution => ({
  mode,
  bytes: bytesOf(hex),
  state,
  memory: [],
});

const executed = ({ state, bytes }: Execution, change: (words: Uint32Array) => void = () => {}): ExecutionAnswer => {
  const after = state.clone();
  after.words[StateWord.rip] = codeAddress + bytes.length;
  change(after.words);
  return { status: 'executed', state: after, memory: [] };
};

const fault = ({ state }: Execution, vector: number, error = 0, address?: bigint): ExecutionAnswer => ({
  status: 'fault',
  vector,
  error,
  ...(address === undefined ? {} : { address }),
  state: state.clone(),
  memory: [],
});

const formOf = (hex: string, mode: Mode) => {
  const decoded = decode(bytesOf(hex), mode, { vendor: 'intel' });
  const form = decoded.status === 'valid' ? forms[decoded.instruction.form] : undefined;
  if (form === undefined) throw new Error(`${hex} is no instruction.`);
  return form;
};

const namesOf = (hex: string, mode: Mode = 64): readonly string[] =>
  outcomesOf(formOf(hex, mode), mode).map(({ name }) => name);

/** Classes that one execution reaches. */
const reachedBy = (execution: Execution, answer: ExecutionAnswer): readonly string[] => {
  const tally = new CoverageTally('intel');
  tally.add(execution, answer);
  return tally.record().reached.map((text) => text.replace(/^\d+ \d+ /, ''));
};

describe('integer forms', () => {
  it.each(modes)('of %i-bit mode each have an outcome, with a place in the manuals', (mode) => {
    for (const form of integerForms(mode, 'intel')) {
      const classes = outcomesOf(form, mode);
      expect(classes.length, form.syntax).toBeGreaterThan(0);
      for (const { place } of classes) expect(place).toMatch(/^SDM /);
      expect(new Set(classes.map(({ name }) => name)).size).toBe(classes.length);
    }
  });

  it('are none of VMX, x87 and their kin', () => {
    const names = integerForms(64, 'intel').map(({ mnemonic }) => mnemonic);
    expect(names).not.toContain('VMCALL');
    expect(names).not.toContain('FXSAVE');
    expect(names).toContain('CMPXCHG16B');
  });
});

describe('outcome classes of a form', () => {
  it.each<readonly [what: string, hex: string, mode: Mode, names: readonly string[]]>([
    [
      'ADD r/m32, r32',
      '0103',
      64,
      [
        'executed',
        '#UD by LOCK',
        '#PF write',
        '#PF across pages',
        '#PF fetch',
        '#GP of memory',
        '#SS of memory',
        '#AC',
      ],
    ],
    [
      'ADD r8, r/m8',
      '0203',
      64,
      ['executed', '#UD by LOCK', '#PF read', '#PF fetch', '#GP of memory', '#SS of memory'],
    ],
    ['NOP', '90', 64, ['executed', '#UD by LOCK', '#PF fetch']],
    ['LEA, which does not access', '8d03', 64, ['executed', '#UD by LOCK', '#PF fetch']],
    ['JE rel8', '7400', 64, ['taken', 'not taken', 'executed', '#UD by LOCK', '#PF fetch']],
    [
      'JE rel8 in segments',
      '7400',
      32,
      ['taken', 'not taken', 'executed', '#UD by LOCK', '#PF fetch', '#GP of the target'],
    ],
    ['HLT', 'f4', 64, ['#UD by LOCK', '#GP by privilege', '#PF fetch']],
    ['UD2', '0f0b', 64, ['#UD', '#UD by LOCK', '#PF fetch']],
    ['INT3', 'cc', 64, ['#BP', '#UD by LOCK', '#PF fetch']],
    [
      'POP DS',
      '1f',
      32,
      [
        'executed',
        '#UD by LOCK',
        '#PF read',
        '#PF across pages',
        '#PF fetch',
        '#SS of memory',
        '#AC',
        '#GP of a selector',
        '#NP of a selector',
      ],
    ],
    [
      'CMPXCHG16B, where LOCK is always allowed',
      '480fc70b',
      64,
      ['executed', 'ZF = 1', 'ZF = 0', '#PF write', '#PF fetch', '#GP of memory', '#SS of memory', '#GP unaligned'],
    ],
  ])('%s', (_, hex, mode, names) => {
    expect(namesOf(hex, mode).toSorted()).toEqual(names.toSorted());
  });

  it('follow the mode: ES:rDI is never in SS, rBP is', () => {
    expect(namesOf('aa', 32)).not.toContain('#SS of memory');
    expect(namesOf('a4', 32)).toContain('#SS of memory');
    expect(namesOf('a4', 64)).not.toContain('#SS of memory');
    expect(namesOf('8b4500', 64)).toContain('#SS of memory');
  });

  it('follow the flags: division, bounds, overflow and interrupts', () => {
    expect(namesOf('f7f1')).toContain('#DE');
    expect(namesOf('d40a', 32)).toContain('#DE');
    expect(namesOf('d50a', 32)).not.toContain('#DE');
    expect(namesOf('6203', 32)).toContain('#BR');
    expect(namesOf('ce', 32)).toContain('#OF');
    expect(namesOf('cd80')).toContain('#GP of the gate');
  });
});

describe('an execution reaches', () => {
  it('"executed", and what its condition selects', () => {
    const move = question('0f44c1', stateOf(64, { rflags: 0x242 }));
    expect(reachedBy(move, executed(move))).toEqual(expect.arrayContaining(['executed', 'condition true']));
    const other = question('0f44c1');
    expect(reachedBy(other, executed(other))).toContain('condition false');
  });

  it('"taken" where RIP is elsewhere', () => {
    const jump = question('7410');
    expect(reachedBy(jump, executed(jump))).toEqual(expect.arrayContaining(['executed', 'not taken']));
    const taken = executed(jump, (words) => {
      words[StateWord.rip] = codeAddress + 0x12;
    });
    expect(reachedBy(jump, taken)).toEqual(expect.arrayContaining(['executed', 'taken']));
  });

  it('#UD by LOCK of the form that would be there without', () => {
    const locked = question('f001c0');
    expect(reachedBy(locked, fault(locked, 6))).toEqual(['#UD by LOCK']);
    expect(reachedBy(locked, executed(locked))).toEqual([]);
  });

  it('page faults by what was tried', () => {
    const load = question('8b03', stateOf(64, { rbx: 0x10_3ffe }));
    expect(reachedBy(load, fault(load, 14, 4, 0x10_4000n)).toSorted()).toEqual(['#PF across pages', '#PF read']);
    expect(reachedBy(load, fault(load, 14, 0x14, 0x10_4000n))).toEqual(['#PF fetch']);
    const store = question('8903', stateOf(64, { rbx: 0x10_4010 }));
    expect(reachedBy(store, fault(store, 14, 6, 0x10_4010n))).toEqual(['#PF write']);
  });

  it('#GP of memory only where memory is to blame', () => {
    const inside = question('ff23', stateOf(32, { rbx: 0x10_2000 }), 32);
    expect(reachedBy(inside, fault(inside, 13))).toEqual(['#GP of the target']);
    const state = stateOf(32);
    state.words[StateWord.selectors + 3] = 0;
    const outside = question('ff23', state, 32);
    expect(reachedBy(outside, fault(outside, 13))).toEqual(['#GP of memory']);
  });

  it('what a repetition came to', () => {
    const repeat = question('f3a4', stateOf(64, { rcx: 3 }));
    const end = (count: number) => executed(repeat, (words) => words.fill(count, StateWord.gpr + 2, StateWord.gpr + 3));
    expect(reachedBy(repeat, end(0))).toContain('repeated');
    const interrupted = fault(repeat, 14, 6, 0x10_4000n);
    if (interrupted.status === 'fault') interrupted.state.words[StateWord.gpr + 2] = 1;
    expect(reachedBy(repeat, interrupted)).toContain('repetition interrupted by a fault');
    const never = question('f3a4');
    expect(reachedBy(never, executed(never))).toContain('repeated no time');
  });

  it('nothing where nobody answers', () => {
    const execution = question('01c0');
    expect(reachedBy(execution, { status: 'unsupported' })).toEqual([]);
    expect(reachedBy(question('06'), executed(question('06')))).toEqual([]);
  });
});

describe('the page', () => {
  const tallyOf = (...hex: readonly string[]): CoverageTally => {
    const tally = new CoverageTally('intel');
    for (const one of hex) tally.add(question(one), executed(question(one)));
    return tally;
  };

  it('counts both sources, and names what neither reached', () => {
    const refused = tallyOf('90');
    refused.add(question('0fa2'), { status: 'refused', reason: 'differs from run to run' });
    const summary = summarise({ captures: refused, campaign: tallyOf('90', 'f8') });
    const count = (chapter: string) => summary.chapters.find((one) => one.mode === 64 && one.chapter === chapter);
    expect(count('nop')).toMatchObject({ byCaptures: 1, byCampaign: 1, reached: 1 });
    expect(count('flag-control')).toMatchObject({ byCaptures: 0, byCampaign: 1, reached: 1 });
    const text = coverageText(summary);
    expect(text).toContain('64-bit  F5 CMC: executed (SDM 2A 3.1)');
    expect(text).toContain('0F A2 CPUID: executed (SDM 2A 3.1); differs from run to run');
    expect(text).not.toContain('64-bit  F8 CLC: executed');
    expect(JSON.parse(coverageJson(summary))).toEqual(summary);
  });

  it('comes out the same from records of two halves', () => {
    const whole = tallyOf('90', 'f8', 'f5');
    const half = tallyOf('90');
    half.merge(tallyOf('f8', 'f5').record());
    expect(half.record().reached.toSorted()).toEqual(whole.record().reached.toSorted());
  });
});
