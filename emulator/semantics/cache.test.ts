import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

const nowhere: Given = { registers: { rsi: 0x4000n } };

describe('caches and hints', () => {
  it.each<[string, string, Given, string]>([
    ['CLFLUSH may read only', '0f ae 3e', { registers: { rsi: 0x3000n } }, ''],
    ['CLFLUSH faults like a load', '0f ae 3e', nowhere, '#PF(4) at 4000'],
    ['CLFLUSHOPT faults like a load', '66 0f ae 3e', nowhere, '#PF(4) at 4000'],
    ['CLWB faults like a load', '66 0f ae 36', nowhere, '#PF(4) at 4000'],
    ['PREFETCHT0 never faults', '0f 18 0e', nowhere, ''],
    ['CLDEMOTE never faults', '0f 1c 06', nowhere, ''],
    ['NOP never faults', '0f 1f 06', nowhere, ''],
    ['PAUSE does nothing', 'f3 90', {}, ''],
    ['FWAIT does nothing', '9b', {}, ''],
    ['MFENCE does nothing', '0f ae f0', {}, ''],
    ['INVD is for CPL 0', '0f 08', {}, '#GP(0)'],
    ['INVD does nothing there', '0f 08', { isSystem: true }, ''],
    ['WBNOINVD is for CPL 0', 'f3 0f 09', {}, '#GP(0)'],
    ["CLZERO is no instruction of Intel's", '0f 01 fc', { registers: { rax: 0x2000n } }, '#UD'],
  ])('%s (%s)', (_, code, given, expected) => {
    expect(run(code, given)).toBe(expected);
  });

  it('CLZERO clears the line of 64 bytes that rAX points into', () => {
    const given: Given = { profile: 'amd-zen3', registers: { rax: 0x20bfn }, memory: 'ff'.repeat(0x100) };
    expect(run('0f 01 fc', given)).toBe(`[2080]=${Array.from({ length: 64 }, () => '00').join(' ')}`);
    expect(run('0f 01 fc', { ...given, registers: { rax: 0x3010n } })).toBe('#PF(7) at 3000');
  });
});
