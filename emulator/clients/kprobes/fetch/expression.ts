/** What an argument fetches: `%ax`, `@jiffies+8`, `$stack1`, `+8(+0(%di))`, `\5`, compiled from its text. */
import { parseSigned, parseUnsigned } from './number.ts';
import { type FetchProblem, isProblem, problemAt } from './problem.ts';

export type Fetch =
  /** By its name in `pt_regs`. */
  | { readonly kind: 'register'; readonly name: string }
  /** The stack pointer itself. */
  | { readonly kind: 'stack' }
  /** A word of the stack. */
  | { readonly kind: 'stack entry'; readonly index: number }
  /** Of the function, from 0. */
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'return value' }
  /** The name of the running program. */
  | { readonly kind: 'command name' }
  | { readonly kind: 'immediate'; readonly value: bigint }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'memory'; readonly offset: bigint; readonly isUser: boolean; readonly of: Fetch };

export interface FetchContext {
  /** Width of a machine word; default 64. */
  readonly wordBits?: 32 | 64;
  /** Of a return probe; default not. */
  readonly isReturn?: boolean;
  /** The probe stands at a function's entry, where its arguments are known; default so. */
  readonly isEntry?: boolean;
  readonly resolve?: (symbol: string) => bigint | undefined;
  /** `2009`: also sN, aN, rv and ra, as the first patch set wrote them. */
  readonly grammar?: 'current' | '2009';
}

/** Entries of a stack of 16 KiB. */
const mostStack = 2048n;
/** Steps of the kernel's program, of which one ends it. */
const mostSteps = 15;

export const parseFetch = (text: string, position: number, context: FetchContext): Fetch | FetchProblem => {
  switch (text[0]) {
    case '$':
      return parseVariable(text.slice(1), position, context);
    case '%':
      return registers.has(text.slice(1))
        ? { kind: 'register', name: text.slice(1) }
        : problemAt('BAD_REG_NAME', position);
    case '@':
      return parseAddress(text.slice(1), position, context);
    case '+':
    case '-':
      return parseMemory(text, position, context);
    case '\\':
      return parseImmediate(text.slice(1), position + 1);
    default:
      return (context.grammar === '2009' ? parseOld(text, context) : null) ?? problemAt('BAD_FETCH_ARG', position);
  }
};

const registers: ReadonlySet<string> = new Set([
  ...['r15', 'r14', 'r13', 'r12', 'r11', 'r10', 'r9', 'r8', 'bx', 'cx', 'dx', 'si', 'di', 'bp', 'ax'],
  ...['ds', 'es', 'fs', 'gs', 'orig_ax', 'ip', 'cs', 'flags', 'sp', 'ss'],
]);

const parseVariable = (name: string, position: number, context: FetchContext): Fetch | FetchProblem => {
  if (name === 'retval')
    return context.isReturn === true ? { kind: 'return value' } : problemAt('RETVAL_ON_PROBE', position);
  if (name === 'comm' || name === 'COMM') return { kind: 'command name' };
  if (name === 'stack') return { kind: 'stack' };
  if (/^stack\d/.test(name)) {
    const index = parseUnsigned(name.slice('stack'.length));
    if (index === null || index > mostStack) return problemAt('BAD_STACK_NUM', position);
    return { kind: 'stack entry', index: Number(index) };
  }
  if (name.startsWith('arg') && context.isReturn !== true && context.isEntry !== false) {
    const index = parseUnsigned(name.slice('arg'.length));
    if (index === null || index === 0n || index > mostStack) return problemAt('BAD_ARG_NUM', position);
    return { kind: 'argument', index: Number(index) - 1 };
  }
  return problemAt('BAD_VAR', position);
};

/** sN and aN are numbered from 0; ra is what a return probe finds where the return address was. */
const parseOld = (text: string, { isReturn = false }: FetchContext): Fetch | null => {
  const [, letter, digits] = /^([as])(\d+)$/.exec(text) ?? [];
  if (letter === 's') return { kind: 'stack entry', index: Number(digits) };
  if (letter === 'a') return { kind: 'argument', index: Number(digits) };
  if (text === 'rv' && isReturn) return { kind: 'return value' };
  return text === 'ra' && isReturn ? { kind: 'register', name: 'ip' } : null;
};

const memory = (offset: bigint, of: Fetch, isUser = false): Fetch => ({ kind: 'memory', offset, isUser, of });

const parseAddress = (text: string, position: number, { resolve }: FetchContext): Fetch | FetchProblem => {
  if (text.startsWith('+')) return problemAt('FILE_ON_KPROBE', position);
  if (/^\d/.test(text)) {
    const address = parseUnsigned(text);
    return address === null ? problemAt('BAD_MEM_ADDR', position) : memory(0n, { kind: 'immediate', value: address });
  }
  const [, symbol = '', offsetText = ''] = /^([^+-]*)(.*)$/.exec(text) ?? [];
  const offset = offsetText === '' ? 0n : parseSigned(offsetText);
  const address = symbol === '' ? undefined : resolve?.(symbol);
  if (offset === null || address === undefined) return problemAt('BAD_MEM_ADDR', position);
  return memory(0n, { kind: 'immediate', value: address + offset });
};

const parseMemory = (text: string, position: number, context: FetchContext): Fetch | FetchProblem => {
  const isUser = text[1] === 'u';
  const open = text.indexOf('(');
  if (open < 0) return problemAt('DEREF_NEED_BRACE', position);
  const magnitude = parseUnsigned(text.slice(isUser ? 2 : 1, open));
  if (magnitude === null) return problemAt('BAD_DEREF_OFFS', position);
  const inner = position + open + 1;
  const close = text.lastIndexOf(')');
  if (close < open) return problemAt('DEREF_OPEN_BRACE', position + text.length);
  if (close + 1 < text.length) return problemAt('BAD_FETCH_ARG', position + close + 1);
  const of = parseFetch(text.slice(open + 1, close), inner, context);
  if (isProblem(of)) return of;
  if (of.kind === 'command name' || of.kind === 'text') return problemAt('COMM_CANT_DEREF', inner);
  if (stepsOf(of) + 1 > mostSteps) return problemAt('TOO_MANY_OPS', inner);
  return memory(text.startsWith('-') ? -magnitude : magnitude, of, isUser);
};

const stepsOf = (fetch: Fetch): number => (fetch.kind === 'memory' ? stepsOf(fetch.of) + 1 : 1);

const parseImmediate = (text: string, position: number): Fetch | FetchProblem => {
  if (text.startsWith('"')) {
    if (text.length < 2 || !text.endsWith('"')) return problemAt('IMMSTR_NO_CLOSE', position + text.length);
    return { kind: 'text', text: text.slice(1, -1) };
  }
  const value = parseSigned(text);
  return value === null ? problemAt('BAD_IMM', position) : { kind: 'immediate', value };
};
