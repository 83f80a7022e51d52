import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { modes } from '../../emulator/isa/modes.ts';
import { DrawnExecution } from '../generate/states/drawn.ts';
import { ExecutionDraw } from '../generate/states/executions.ts';
import { executionReplayLine, readStateLine, stateLine } from './execution-line.ts';
import { findingText } from './finding-json.ts';
import { htmlText } from './html.ts';
import { junitText } from './junit.ts';
import { mergeRuns } from './merge.ts';
import { executionReproductions } from './reproduction.ts';
import type { RunReport } from './run.ts';
import { runText } from './run-json.ts';
import { findingSentence } from './sentence.ts';
import { snapshotFiles } from './snapshot.ts';
import { sampleExecution, sampleExecutionFindings } from './testing/sample-executions.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../reports/schema/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addSchema(schema('finding'));
ajv.addSchema(schema('run'));
const problems = (name: string, text: string): unknown => {
  ajv.validate(`${name}.schema.json`, JSON.parse(text));
  return ajv.errors ?? [];
};

const [flags, status] = sampleExecutionFindings();
if (flags === undefined || status === undefined) throw new Error('There are sample findings.');

const executionRun = (): RunReport => ({
  ...cleanRun(),
  tallies: [
    { mode: 64, subject: 'cpu', cases: 100, agreed: 64, explained: 0, unexplained: 36, unsupported: 0, unavailable: 0 },
  ],
  coverage: [],
  outcomes: [{ mode: 64, total: 9, unreached: [{ form: '90 NOP: #AC', why: 'no execution came to this' }] }],
  findings: sampleExecutionFindings(),
});

describe('the line of a state', () => {
  it('tells what differs from the plainest state of the mode, and nothing else', () => {
    expect(stateLine(sampleExecution())).toBe('rax=100000000 rflags=203 @100000=00FF');
  });

  it.each(modes)('is read as what it was written from, in %d-bit mode', (mode) => {
    const draw = new ExecutionDraw({ mode, vendor: 'amd', seed: 9 });
    const execution = new DrawnExecution();
    for (let k = 0; k < 500; k++) {
      draw.draw(execution);
      const read = readStateLine(stateLine(execution), mode);
      if ('problem' in read) throw new Error(read.problem);
      expect([...read.state.words]).toEqual([...execution.state.words]);
      expect(read.memory.map(({ address, bytes }) => [address, ...bytes])).toEqual(
        execution.memory.map(({ address, bytes }) => [address, ...bytes]),
      );
    }
  });

  it.each([
    ['rax', 'is no part of a state'],
    ['rxx=1', 'is no part of a state'],
    ['rax=10000000000000000', 'is no part of a state'],
    ['ds=12345', 'is no selector'],
    ['@1000=1', 'is no memory'],
    ['@100=0000 @101=00', 'overlap'],
  ])('%s is refused', (line, sentence) => {
    const read = readStateLine(line, 64);
    expect('problem' in read && read.problem).toContain(sentence);
  });
});

describe('a finding of an execution', () => {
  it('is one sentence with its state, and one line to run it again', () => {
    expect(findingSentence(flags)).toBe(
      '48 19 03 (64-bit, AMD) with rax=100000000 rflags=203 @100000=00FF: flags A differs: ours A=1, cpu A=0.',
    );
    expect(findingSentence(status)).toContain('outcome differs: ours executed, cpu #PF.');
    const [sample] = flags.bucket.samples;
    expect(sample === undefined ? '' : executionReplayLine(sample)).toBe(
      "npx touchstone replay --bytes 481903 --mode 64 --vendor amd --state 'rax=100000000 rflags=203 @100000=00FF'",
    );
  });

  it.each(sampleExecutionFindings())('$id is JSON as the published schema says', (finding) => {
    expect(problems('finding', findingText(finding))).toEqual([]);
  });

  it('tells the state after by what has changed', () => {
    expect(JSON.parse(findingText(flags))).toMatchObject({
      observable: 'rflags',
      part: 'A',
      samples: [
        {
          before: { line: 'rax=100000000 rflags=203 @100000=00FF', memory: [{ address: '0x100000', bytes: '00 FF' }] },
          ours: { status: 'executed', changes: { rip: '0x103003', rflags: '0x213' } },
        },
      ],
      answers: [
        {},
        {},
        { answer: { status: 'fault', vector: 14, name: '#PF', error: '0x6', address: '0x101000' } },
        {},
        {},
        {},
        {},
      ],
    });
  });

  it('stands in every report of a run', () => {
    const run = executionRun();
    expect(problems('run', runText(run))).toEqual([]);
    expect(junitText(run)).toContain('<testsuite name="cpu 64-bit" tests="4" failures="3"');
    const page = htmlText(run, () => []);
    expect(page).toContain('<th scope="col">before</th>');
    expect(page).toContain('Flags A differs: ours A=1, cpu A=0.');
    expect(page).not.toContain('<script>alert');
    expect(snapshotFiles(run).find(({ name }) => name === 'cpu.snap')?.text).toContain(
      'failing    64-bit amd cpu execution',
    );
  });

  it('is the same case where two runs have it, and stands beside findings of decoders', () => {
    const merged = mergeRuns(sampleRun(), executionRun(), executionRun());
    expect(merged.findings.length).toBe(sampleRun().findings.length + sampleExecutionFindings().length);
    expect(merged.findings.find(({ id }) => id === flags.id)?.bucket).toMatchObject({ count: 24 });
    expect(merged.findings.find(({ id }) => id === flags.id)?.bucket.samples.length).toBe(1);
    expect(merged.outcomes).toEqual(executionRun().outcomes);
    expect(merged.coverage).toEqual(sampleRun().coverage);
  });

  it('has a listing for NASM where registers, flags and memory make its state', () => {
    const [listing] = executionReproductions(sampleExecution());
    expect(listing?.line.split('\n')).toEqual([
      'bits 64',
      '; at 0x100000: db 0x00, 0xff',
      'push 0x203',
      'popfq',
      'mov rax, 0x100000000',
      ...'rcx rdx rbx rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ').map((name) => `mov ${name}, 0x0`),
      'db 0x48, 0x19, 0x03',
    ]);
    const elsewhere = sampleExecution();
    elsewhere.state.words[42] = 1;
    expect(executionReproductions(elsewhere)).toEqual([]);
  });
});
