import { describe, expect, it } from 'vitest';
import { refuse } from '../../code/refusal.ts';
import { bytesOf } from '../../code/testing/code-of.ts';
import { TextView } from '../../code/text-view.ts';
import { canProbe } from '../can-probe.ts';
import { compileFetch } from './argument.ts';
import { type CommandContext, type ProbeEvent, parseProbe } from './command.ts';
import { type FetchSource, fetchArgument, fetchLine } from './evaluate.ts';
import { isProblem, problemText } from './problem.ts';

const symbols: Readonly<Record<string, bigint>> = { vfs_read: 0x4000n, do_sys_open: 0x5000n, S: 0x6000n };
const resolve = (symbol: string): bigint | undefined => symbols[symbol];

const parsed = (command: string, context: CommandContext = {}): ProbeEvent => {
  const event = parseProbe(command, { resolve, ...context });
  if (isProblem(event)) throw new Error(problemText(command, event));
  return event;
};

const source = (
  registers: Readonly<Record<string, bigint>>,
  memory: Readonly<Record<string, string>> = {},
): FetchSource => {
  const bytes = new Map<bigint, number>();
  for (const [at, text] of Object.entries(memory))
    for (const [k, byte] of bytesOf(text).entries()) bytes.set(BigInt(`0x${at}`) + BigInt(k), byte);
  return {
    registers: { read: (name) => registers[name] ?? 0n },
    read: (address, lengthBytes) => {
      const found = Array.from({ length: lengthBytes }, (_, k) => bytes.get(address + BigInt(k)));
      return found.includes(undefined) ? null : Uint8Array.from(found, (byte) => byte ?? 0);
    },
    commandName: 'cat',
    symbolOf: (address) =>
      address >= 0x4000n && address < 0x5000n ? { name: 'vfs_read', offset: address - 0x4000n } : undefined,
  };
};

const fetched = (text: string, from: FetchSource): string => {
  const argument = compileFetch(text, { resolve, wordBits: from.wordBits ?? 64 });
  if (isProblem(argument)) throw new Error(problemText(text, argument));
  return fetchArgument(argument, from).text;
};

describe('A9: fetched arguments', () => {
  it('A9: are those of the command, in its order', () => {
    const event = parsed('p:myprobe do_sys_open dfd=%ax filename=%dx flags=%cx mode=+4($stack)');
    expect(event).toMatchObject({ kind: 'probe', group: 'kprobes', event: 'myprobe', place: { address: 0x5000n } });
    const registers = { rax: 3n, rdx: 0x7ffe0000n, rcx: 0x8000n, rsp: 0x1000n };
    const line = fetchLine(event.args, source(registers, { '1004': 'b6 01 00 00 00 00 00 00' }));
    expect(line).toBe('dfd=0x3 filename=0x7ffe0000 flags=0x8000 mode=0x1b6');
  });

  it('A9: take bit fields out of their container', () => {
    const from = source({ rsi: 0x100n }, { '100': '78 56 34 12' });
    const argument = compileFetch('x=+0(%si):b4@8/32');
    expect(isProblem(argument) ? null : fetchArgument(argument, from)).toEqual({ name: 'x', value: 6n, text: '6' });
  });

  it('A9: follow two pointers with two loads', () => {
    const loads: string[] = [];
    const { read, ...rest } = source({ rsp: 0x1000n }, { '1008': '00 20 00 00 00 00 00 00', '2000': '2a' });
    const from: FetchSource = {
      ...rest,
      read: (address, lengthBytes) => {
        loads.push(`${lengthBytes}@${address.toString(16)}`);
        return read(address, lengthBytes);
      },
    };
    expect(fetched('+0(+8(%sp)):u8', from)).toBe('42');
    expect(loads).toEqual(['8@1008', '1@2000']);
  });

  const from = source(
    { rax: 0xffff_ffff_ffff_fffen, rdi: 0x100n, rsp: 0x1000n, r8: 8n, rip: 0x4010n, rflags: 0x246n, cs: 0x10n },
    {
      '100': '68 69 00 ff 01 02 03 04 05 06 07 08',
      '1000': '11 00 00 00 00 00 00 00 22 00 00 00 00 00 00 00',
      '6000': '00 01 00 00 00 00 00 00 99 00 00 00 00 00 00 00',
    },
  );

  it.each([
    ['%ax', '0xfffffffffffffffe'],
    ['%ax:s8', '-2'],
    ['%ax:u16', '65534'],
    ['%ax:x32', '0xfffffffe'],
    ['%r8', '0x8'],
    ['%cs', '0x10'],
    ['%flags', '0x246'],
    ['%orig_ax:s64', '-1'],
    ['%ip:symbol', 'vfs_read+0x10'],
    ['%ip:symstr', '"vfs_read+0x10"'],
    ['%di:symbol', '0x100'],
    ['$stack', '0x1000'],
    ['$stack0', '0x11'],
    ['$stack1', '0x22'],
    ['$arg1', '0x100'],
    ['$arg7', '0x22'],
    ['$comm', '"cat"'],
    ['+0(%di):string', '"hi"'],
    ['+0(@S):ustring', '"hi"'],
    ['+u0(%di):u8', '104'],
    ['@S', '0x100'],
    ['@S+8', '0x99'],
    ['@0x6008:u8', '153'],
    ['-8(@S):x8', '(fault)'],
    ['+4(%di):u8[3]', '{1,2,3}'],
    ['@S:string[1]', '{"hi"}'],
    ['+3(%di):s8', '-1'],
    ['\\5', '0x5'],
    ['\\-1:s32', '-1'],
    ['\\"text"', '"text"'],
    ['+0(%r8):string', '(fault)'],
    ['+0(+0(%r8))', '(fault)'],
    ['+3(@S):b3@2/8', '7'],
  ])('fetch %s as %s', (text, expected) => {
    expect(fetched(text, from)).toBe(expected);
  });

  it('fetch words of 32 bits by the names of 32-bit registers', () => {
    const narrow: FetchSource = { ...source({ esp: 0x1000n, eax: 7n }, { '1004': '01 00 00 00' }), wordBits: 32 };
    expect(fetched('$stack1', narrow)).toBe('0x1');
    expect(fetched('$arg1', narrow)).toBe('0x7');
  });

  it('fetch what a function returns', () => {
    const event = parsed('r:back do_sys_open ret=$retval');
    expect(event.kind).toBe('return probe');
    expect(fetchLine(event.args, source({ rax: 5n }))).toBe('ret=0x5');
    expect(parsed('p do_sys_open%return ret=$retval')).toMatchObject({
      kind: 'return probe',
      event: 'r_do_sys_open_0',
    });
  });

  it('are written as the first patch set wrote them, where that is asked for', () => {
    const old = { grammar: '2009' } as const;
    expect(fetchLine(parsed('p vfs_read-0x10 s1 a0', old).args, from)).toBe('arg1=0x22 arg2=0x100');
    expect(parsed('p vfs_read-0x10', old).place).toMatchObject({ offset: -16n, address: 0x3ff0n });
    expect(fetchLine(parsed('r vfs_read rv ra', old).args, from)).toBe('arg1=0xfffffffffffffffe arg2=0x4010');
    expect(parseProbe('p vfs_read s1', { resolve })).toMatchObject({ code: 'BAD_FETCH_ARG' });
  });
});

describe('A9: the syntax of arguments', () => {
  const good =
    '%ax @S @S+10 @S-10 $stack $stack1 +0(%ax) -0(%ax) +10($stack) +0($stack1) +10(@S-10) +0(+10(+20($stack))) varname=%ax %ax:x16 $comm:string +0($stack):string';
  const bad =
    '%ex @ @BAD @S*10 @S/10 @S%10 @S&10 @S|10 $stackp $stack0+10 +(%ax) (%ax+10) -(%ax) (%ax) +10($comm) +0(%ax)+10 a=b=%ax %ax::x16 %ax:y16 x16:%ax $comm:x64 $stack:string %ax:string';

  it.each(good.split(' '))('A9: takes %s', (text) => {
    expect(isProblem(compileFetch(text, { resolve }))).toBe(false);
  });

  it.each(bad.split(' '))('A9: refuses %s', (text) => {
    expect(isProblem(compileFetch(text, { resolve }))).toBe(true);
  });

  it('A9: takes 128 arguments of 63 characters with names of 32, and no more', () => {
    const name = 'n'.repeat(32);
    const body = `+${'0'.repeat(57)}(%ax)`;
    expect(body).toHaveLength(63);
    expect(isProblem(compileFetch(`${name}=${body}`))).toBe(false);
    const many = (count: number): string => `p vfs_read${' %ax'.repeat(count)}`;
    expect(parsed(many(128)).args).toHaveLength(128);
    expect(parseProbe(many(129), { resolve })).toMatchObject({ code: 'TOO_MANY_ARGS', position: many(128).length + 1 });
  });
});

const long = (length: number): string => '1234567890'.repeat(7).slice(0, length);

/** The caret stands before the place, as the kernel's own list of errors has it. */
const errors: readonly (readonly [command: string, code: string])[] = [
  ['p^100 vfs_read', 'MAXACT_NO_KPROBE'],
  ['r^1a111 vfs_read', 'BAD_MAXACT'],
  ['r^100000 vfs_read', 'MAXACT_TOO_BIG'],
  ['p ^non_exist_func', 'BAD_PROBE_ADDR'],
  ['p ^hoge-fuga', 'BAD_PROBE_ADDR'],
  ['p ^hoge+1000-1000', 'BAD_PROBE_ADDR'],
  ['p ^vfs_read-10', 'BAD_PROBE_ADDR'],
  ['p ^12zz', 'BAD_PROBE_ADDR'],
  ['r ^vfs_read+10', 'BAD_RETPROBE'],
  ['p ^vfs_read+10%return', 'BAD_RETPROBE'],
  ['p vfs_read^%hoge', 'BAD_ADDR_SUFFIX'],
  ['p:^/bar vfs_read', 'NO_GROUP_NAME'],
  [`p:^${long(65)}/bar vfs_read`, 'GROUP_TOO_LONG'],
  ['p:^foo.1/bar vfs_read', 'BAD_GROUP_NAME'],
  ['p:^ vfs_read', 'NO_EVENT_NAME'],
  [`p:foo/^${long(65)} vfs_read`, 'EVENT_TOO_LONG'],
  ['p:foo/^bar.1 vfs_read', 'BAD_EVENT_NAME'],
  ['p vfs_read ^$retval', 'RETVAL_ON_PROBE'],
  ['p vfs_read ^$stack10000', 'BAD_STACK_NUM'],
  ['p vfs_read ^$arg10000', 'BAD_ARG_NUM'],
  ['p vfs_read+4 ^$arg1', 'BAD_VAR'],
  ['p vfs_read ^$none_var', 'BAD_VAR'],
  ['p vfs_read ^%none_reg', 'BAD_REG_NAME'],
  ['p vfs_read ^%rax', 'BAD_REG_NAME'],
  ['p vfs_read ^@12345678abcde', 'BAD_MEM_ADDR'],
  ['p vfs_read ^@+10', 'FILE_ON_KPROBE'],
  ['p vfs_read arg1=\\^x', 'BAD_IMM'],
  ['p vfs_read arg1=\\"abcd^', 'IMMSTR_NO_CLOSE'],
  ['p vfs_read ^+0@0)', 'DEREF_NEED_BRACE'],
  ['p vfs_read ^+0ab1(@0)', 'BAD_DEREF_OFFS'],
  ['p vfs_read +0(+0(@0^)', 'DEREF_OPEN_BRACE'],
  ['p vfs_read +0(^$comm)', 'COMM_CANT_DEREF'],
  ['p vfs_read ^&1', 'BAD_FETCH_ARG'],
  ['p vfs_read +0(^+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(+0(@0))))))))))))))', 'TOO_MANY_OPS'],
  ['p vfs_read +0(@11):u8[10^', 'ARRAY_NO_CLOSE'],
  ['p vfs_read +0(@11):u8[10]^a', 'BAD_ARRAY_SUFFIX'],
  ['p vfs_read +0(@11):u8[^10a]', 'BAD_ARRAY_NUM'],
  ['p vfs_read +0(@11):u8[^256]', 'ARRAY_TOO_BIG'],
  ['p vfs_read +0(@11):u8[^64]', 'ARRAY_TOO_BIG'],
  ['p vfs_read @11:^unknown_type', 'BAD_TYPE'],
  ['p vfs_read $comm:^x64', 'BAD_TYPE'],
  ['p vfs_read $stack0:^string', 'BAD_STRING'],
  ['p vfs_read %ax:^u8[4]', 'BAD_STRING'],
  ['p vfs_read @11:^b10@a/16', 'BAD_BITFIELD'],
  ['p vfs_read @11:^b10@8/16', 'BAD_BITFIELD'],
  ['p vfs_read ^arg123456789012345678901234567890=@11', 'ARG_NAME_TOO_LONG'],
  ['p vfs_read ^=@11', 'NO_ARG_NAME'],
  ['p vfs_read ^var.1=@11', 'BAD_ARG_NAME'],
  ['p vfs_read var1=@11 ^var1=@12', 'USED_ARG_NAME'],
  ['p vfs_read ^common_pid=@12', 'USED_ARG_NAME'],
  ['p vfs_read ^+1234567(+1234567(+1234567(+1234567(+1234567(+1234567(@1234))))))', 'ARG_TOO_LONG'],
  ['p vfs_read arg1=^', 'NO_ARG_BODY'],
  ['p ^vfs_read+3', 'BAD_INSN_BNDRY'],
  ['p ^vfs_read+8', 'FAIL_REG_PROBE'],
  ['^q vfs_read', 'BAD_COMMAND'],
  ['p^', 'BAD_COMMAND'],
  ['^r:kprobes/testevent vfs_read', 'DIFF_PROBE_TYPE'],
  ['p:kprobes/testevent vfs_read ^bcd=\\1', 'DIFF_ARG_TYPE'],
  ['p:kprobes/testevent vfs_read ^abcd=\\1:u8', 'DIFF_ARG_TYPE'],
  ['p:kprobes/testevent vfs_read ^abcd=\\"foo"', 'DIFF_ARG_TYPE'],
  ['p:kprobes/testevent vfs_read abcd=\\1 ^more=%ax', 'DIFF_ARG_TYPE'],
  ['^p:kprobes/testevent vfs_read abcd=\\1', 'SAME_PROBE'],
];

describe('A9: errors', () => {
  const text = new TextView(0x4000n, bytesOf('55 48 89 e5 48 83 ec 10 cc c3'));
  const existing = parsed('p:kprobes/testevent vfs_read abcd=\\1');
  const context: CommandContext = {
    resolve,
    check: (_, offset) => canProbe(text, Number(offset)),
    existing: (_, event) => (event === 'testevent' ? existing : undefined),
  };

  it.each(errors)('A9: %s is %s', (marked, code) => {
    const position = marked.indexOf('^');
    const command = marked.slice(0, position) + marked.slice(position + 1);
    expect(parseProbe(command, context)).toMatchObject({ status: 'problem', code, position });
  });

  it('A9: show the command with a caret below the place', () => {
    const command = 'p vfs_read %none_reg';
    const problem = parseProbe(command, context);
    expect(isProblem(problem) ? problemText(command, problem) : '').toBe(
      'p vfs_read %none_reg\n           ^\nBAD_REG_NAME: there is no such register: %ax and not %rax',
    );
  });

  it('are none where the event has another place or another group', () => {
    expect(isProblem(parseProbe('p:kprobes/testevent vfs_read+1 abcd=\\1', context))).toBe(false);
    expect(parseProbe('p:mine/ vfs_read', context)).toMatchObject({ group: 'mine', event: 'p_vfs_read_0' });
    expect(parseProbe('r10:mine/back 0x1234', context)).toMatchObject({ instances: 10, place: { address: 0x1234n } });
    expect(parseProbe('p 0x1234', context)).toMatchObject({ event: 'p_0x1234', place: { symbol: null } });
    const refusing = { resolve, check: () => refuse('Breakpoint', 0n, '') };
    expect(parseProbe('p vfs_read', refusing)).toMatchObject({ code: 'FAIL_REG_PROBE' });
  });
});
