import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { findingJson, findingText } from './finding-json.ts';
import { runText } from './run-json.ts';
import { hostileText } from './testing/sample-findings.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../reports/schema/${name}.schema.json`, import.meta.url), 'utf8'));

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addSchema(schema('finding'));
ajv.addSchema(schema('run'));

const problems = (name: string, value: unknown): unknown => {
  ajv.validate(`${name}.schema.json`, value);
  return ajv.errors ?? [];
};

const [first] = sampleRun().findings;
if (first === undefined) throw new Error('The sample run has findings.');

describe('finding JSON', () => {
  it.each(sampleRun().findings)('of $id is what the published schema says', (finding) => {
    expect(problems('finding', JSON.parse(findingText(finding)))).toEqual([]);
  });

  it('of a whole run is what the published schema says', () => {
    expect(problems('run', JSON.parse(runText(sampleRun())))).toEqual([]);
    expect(problems('run', JSON.parse(runText({ ...cleanRun(), interrupted: 'Ctrl-C.' })))).toEqual([]);
  });

  it.each([
    ['a key that the schema does not know', { surprise: 1 }],
    ['bytes in lower case', { samples: [{ bytes: 'f0 90' }] }],
    ['an id that is no hash', { id: 'BT' }],
    ['a count of zero', { count: 0 }],
    ['an observable that nobody compares', { observable: 'colour' }],
  ])('with %s is refused by the schema', (_, change) => {
    expect(problems('finding', { ...JSON.parse(findingText(first)), ...change })).not.toEqual([]);
  });

  it('writes bytes as spaced upper-case hex and wide numbers as hex strings', () => {
    const text = sampleRun().findings.map(findingText).join('');
    expect(text).toContain('"bytes": "F0 48 01 84 98 10 00 00 00"');
    expect(text).toContain('"displacement": "0xfffffffffffffff0"');
    expect(text).toContain('"selector": "0x33"');
  });

  it('leaves out what nobody told', () => {
    expect(findingText(first)).not.toContain('registersUsed');
    expect(findingText(first)).not.toContain('null,\n      "operands"');
  });

  it('keeps strange text as it was printed', () => {
    const texts = sampleRun().findings.map((finding) => JSON.stringify(JSON.parse(findingText(finding))));
    expect(texts.join('\n')).toContain(JSON.stringify(hostileText));
  });

  it('refuses a finding without a sample', () => {
    const empty = { ...first, bucket: { ...first.bucket, samples: [] } };
    expect(() => findingJson(empty)).toThrow('has no sample');
  });
});

describe('run JSON', () => {
  it('is the same bytes whatever order findings and tallies come in', () => {
    const run = sampleRun();
    const shuffled = { ...run, findings: [...run.findings].reverse(), tallies: [...run.tallies].reverse() };
    expect(runText(shuffled)).toBe(runText(run));
  });
});
