import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerLine } from './protocol.ts';

const ask = (request: object): Record<string, unknown> => ({ ...answerLine(JSON.stringify(request)) });

describe('hello', () => {
  it('says who answers and what can be asked', () => {
    expect(ask({ id: 0, op: 'hello', protocol: 1 })).toMatchObject({
      id: 0,
      name: 'touchstone',
      modes: [16, 32, 64],
      ops: ['decode', 'execute'],
      vendor: 'intel',
    });
  });

  it('refuses another protocol', () => {
    expect(ask({ id: 0, op: 'hello', protocol: 2 })).toEqual({
      id: 0,
      status: 'error',
      detail: 'protocol 2 is not spoken here; 1 is',
    });
  });
});

describe('decode', () => {
  it('answers in the words of the protocol', () => {
    expect(ask({ id: 1, op: 'decode', mode: 64, bytes: '488b0510000000', ip: '0x1000' })).toEqual({
      id: 1,
      status: 'valid',
      length: 7,
      mnemonic: 'mov',
      operands: [
        { kind: 'register', register: 'rax', bits: 64, access: 'w' },
        {
          kind: 'memory',
          segment: 'ds',
          base: 'rip',
          index: null,
          scale: 1,
          displacement: '0x10',
          bits: 64,
          access: 'r',
          address: '0x1017',
        },
      ],
      text: expect.stringContaining('mov'),
      flags: { read: '', written: '', cleared: '', set: '', undefined: '' },
      cpuid: [],
    });
  });

  it('lists the CPUID features that the instruction wants', () => {
    const { cpuid } = ask({ id: 1, op: 'decode', mode: 64, bytes: '62f17c0858c1' });
    expect(cpuid).toEqual(['AVX512F', 'AVX512VL']);
  });

  it('counts branch targets from where the instruction stands', () => {
    const { operands } = ask({ id: 1, op: 'decode', mode: 64, bytes: 'eb05', ip: '0x401000' });
    expect(operands).toEqual(expect.arrayContaining([{ kind: 'branch', target: '0x401007', bits: 64 }]));
  });

  it('marks implicit operands', () => {
    const { operands } = ask({ id: 1, op: 'decode', mode: 32, bytes: 'f7e1' });
    expect(operands).toEqual(expect.arrayContaining([expect.objectContaining({ register: 'edx', implicit: true })]));
  });

  it.each([
    ['06', { status: 'invalid', reason: 'mode' }],
    ['0f', { status: 'truncated' }],
    ['d518', { status: 'truncated' }],
  ])('answers %s with %j', (bytes, answer) => {
    expect(ask({ id: 'a', op: 'decode', mode: 64, bytes })).toEqual({ id: 'a', ...answer });
  });

  it.each([
    ['62f47c0801c1', 'add', 6],
    ['d51001c8', 'add', 4],
    ['c4e26148ca', 'tmmultf32ps', 5],
  ])('takes %s for what it is to a CPU with APX or AVX10.2, and to no other', (bytes, mnemonic, length) => {
    expect(ask({ id: 'a', op: 'decode', mode: 64, bytes })).toMatchObject({ status: 'valid', mnemonic, length });
  });

  it('ignores fields it does not know, and bytes behind the instruction', () => {
    expect(ask({ id: 1, op: 'decode', mode: 64, bytes: '90ffff', colour: 'red' })).toMatchObject({
      status: 'valid',
      length: 1,
    });
  });
});

describe('execute', () => {
  const execute = (mode: number, bytes: string, state: object): unknown =>
    ask({ id: 2, op: 'execute', mode, bytes, state });

  it('answers with what has changed, and always with rip and rflags', () => {
    const state = { rip: '0x100000', rflags: '0x202', gpr: { rax: '0x1', rbx: '0x2' } };
    expect(execute(64, '4801d8', state)).toEqual({
      id: 2,
      status: 'executed',
      state: { rip: '0x100003', rflags: '0x206', gpr: { rax: '0x3' }, memory: [] },
    });
  });

  it('names undefined flags', () => {
    expect(execute(32, '21d8', { rip: '0x1000', gpr: { rax: '0x3', rbx: '0x3' } })).toMatchObject({
      status: 'executed',
      undefined: { rflags: '0x10' },
    });
  });

  it('tells memory as runs of written bytes', () => {
    const memory = [{ address: '0x2ffe', bytes: '00000000' }];
    expect(execute(32, '8903', { rip: '0x1000', gpr: { rax: '0x11223344', rbx: '0x2ffe' }, memory })).toMatchObject({
      state: { memory: [{ address: '0x2ffe', bytes: '44332211' }] },
    });
  });

  it('tells the vector, the error code and the address of a fault, and what has changed before it', () => {
    expect(execute(64, '8903', { rip: '0x1000', gpr: { rbx: '0x102000' } })).toEqual({
      id: 2,
      status: 'fault',
      vector: 14,
      error: '0x6',
      address: '0x102000',
      state: { rip: '0x1000', rflags: '0x2', gpr: {}, memory: [] },
    });
  });

  it('takes vector registers, and tells those that have changed', () => {
    const vector = { 0: '000000000000f03f00000000000000ff', 1: '0000000000000840' };
    expect(execute(64, 'f20f5ec1', { rip: '0x1000', vector, mxcsr: '0x1f80' })).toMatchObject({
      status: 'executed',
      state: { rip: '0x1004', vector: { 0: '555555555555d53f00000000000000ff' }, mxcsr: '0x1fa0' },
    });
  });

  it('tells what has changed of the x87', () => {
    const x87 = { control: '0x0', tag: '0x0' };
    expect(execute(64, 'dbe3', { rip: '0x1000', x87 })).toMatchObject({
      state: { x87: { control: '0x37f', tag: '0xffff' } },
    });
  });

  it('says unsupported of what is not emulated', () => {
    expect(execute(64, 'd8c1', { rip: '0x1000' })).toEqual({ id: 2, status: 'unsupported' });
  });

  it.each([
    [{ gpr: { rxx: '0x1' } }, 'no register named "rxx"'],
    [{ gpr: { rax: 1 } }, '"rax" must be a hex string'],
    [{ rip: '0x10000000000000000' }, 'rip has 64 bits'],
    [{ memory: {} }, '"memory" must be a list'],
    [{ memory: [{ address: '0x0', bytes: '1' }] }, '"bytes" must be a hex string of bytes'],
    [{ segments: { zs: {} } }, 'none named "zs"'],
    [{ memory: [{ address: '0xffffffffffffffff', bytes: '0102' }] }, 'leave the 64-bit address space'],
  ])('refuses the state %j', (state, detail) => {
    expect(execute(64, '90', state)).toMatchObject({ status: 'error', detail: expect.stringContaining(detail) });
  });
});

describe('a bad request is answered with an error', () => {
  it.each([
    ['not json', null, 'no JSON object'],
    ['[1]', null, 'no JSON object'],
    ['null', null, 'no JSON object'],
    ['{"op":"hello"}', null, '"id" is missing'],
    ['{"id":{},"op":"hello"}', null, '"id" is missing'],
    ['{"id":1}', 1, '"op" is missing'],
    ['{"id":1,"op":"fly"}', 1, 'op "fly" is unknown'],
    ['{"id":1,"op":"decode","bytes":"90"}', 1, '"mode" must be'],
    ['{"id":1,"op":"decode","mode":"64","bytes":"90"}', 1, '"mode" must be'],
    ['{"id":1,"op":"decode","mode":64}', 1, '"bytes" must be'],
    ['{"id":1,"op":"decode","mode":64,"bytes":""}', 1, '"bytes" must be'],
    ['{"id":1,"op":"decode","mode":64,"bytes":"9"}', 1, '"bytes" must be'],
    ['{"id":1,"op":"decode","mode":64,"bytes":"9g"}', 1, '"bytes" must be'],
    [`{"id":1,"op":"decode","mode":64,"bytes":"${'90'.repeat(65)}"}`, 1, '"bytes" must be'],
    ['{"id":1,"op":"decode","mode":64,"bytes":"90","ip":16}', 1, '"ip" must be'],
    ['{"id":1,"op":"decode","mode":64,"bytes":"90","vendor":"via"}', 1, '"vendor" must be'],
  ])('%s', (line, id, detail) => {
    expect(answerLine(line)).toEqual({ id, status: 'error', detail: expect.stringContaining(detail) });
  });
});

it('answers any bytes in any mode, and any line at all', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(16, 32, 64),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      fc.string(),
      (mode, bytes, line) => {
        const { status } = ask({ id: 1, op: 'decode', mode, bytes: Buffer.from(bytes).toString('hex') });
        expect(['valid', 'invalid', 'truncated', 'unsupported']).toContain(status);
        expect(answerLine(line)).toHaveProperty('id');
      },
    ),
  );
});
