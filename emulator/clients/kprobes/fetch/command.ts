/** A whole command: `p[:[GROUP/]EVENT] PLACE [ARGUMENTS]`, `r[INSTANCES][:[GROUP/]EVENT] FUNCTION [ARGUMENTS]`. */
import { isRefusal, type Refusal } from '../../code/refusal.ts';
import { compileFetch, type FetchArgument, isName } from './argument.ts';
import type { FetchContext } from './expression.ts';
import { parseUnsigned } from './number.ts';
import { type FetchProblem, isProblem, problemAt } from './problem.ts';

export interface ProbeEvent {
  readonly kind: 'probe' | 'return probe';
  readonly group: string;
  readonly event: string;
  readonly place: ProbePlace;
  /** Of a return probe: calls that are followed at a time; 0 for as many as the kernel likes. */
  readonly instances: number;
  readonly args: readonly FetchArgument[];
}

export interface ProbePlace {
  /** Null where the command gives an address. */
  readonly symbol: string | null;
  readonly offset: bigint;
  readonly address: bigint;
}

export interface CommandContext extends Omit<FetchContext, 'isReturn' | 'isEntry'> {
  /** May a probe stand at an address of a function? Not asked where it is left out. */
  readonly check?: (symbol: string, offset: bigint) => Refusal | object;
  /** An event that there is already. */
  readonly existing?: (group: string, event: string) => ProbeEvent | undefined;
}

interface Word {
  readonly text: string;
  readonly position: number;
}

const mostArguments = 128;
const mostInstances = 4096n;
const longestEvent = 63;

export const parseProbe = (command: string, context: CommandContext = {}): ProbeEvent | FetchProblem => {
  const words: readonly Word[] = [...command.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, position: index }));
  const [head, where, ...rest] = words;
  if (head === undefined || !/^[pr]/.test(head.text)) return problemAt('BAD_COMMAND', 0);
  if (where === undefined) return problemAt('BAD_COMMAND', command.length);
  const title = parseHead(head);
  if (isProblem(title)) return title;
  const found = parsePlace(where, title.kind, context);
  if (isProblem(found)) return found;
  const { kind, place } = found;
  const args = parseArguments(rest, place, kind, context);
  if (isProblem(args)) return args;
  const { group, event, instances } = title;
  const made = { kind, group, event: event ?? nameOf(kind, place), place, instances, args };
  return againstExisting(made, rest, context) ?? made;
};

interface Head {
  readonly kind: ProbeEvent['kind'];
  readonly group: string;
  readonly event: string | null;
  readonly instances: number;
}

const parseHead = ({ text, position }: Word): Head | FetchProblem => {
  const kind = text.startsWith('r') ? 'return probe' : 'probe';
  const colon = text.indexOf(':');
  const count = text.slice(1, colon < 0 ? text.length : colon);
  const instances = count === '' ? 0n : parseUnsigned(count);
  if (count !== '' && kind === 'probe') return problemAt('MAXACT_NO_KPROBE', position + 1);
  if (instances === null) return problemAt('BAD_MAXACT', position + 1);
  if (instances > mostInstances) return problemAt('MAXACT_TOO_BIG', position + 1);
  const title = { kind, instances: Number(instances) } as const;
  if (colon < 0) return { ...title, group: 'kprobes', event: null };
  const names = parseNames(text.slice(colon + 1), position + colon + 1);
  return isProblem(names) ? names : { ...title, ...names };
};

const parseNames = (text: string, position: number): Pick<Head, 'group' | 'event'> | FetchProblem => {
  const slash = text.indexOf('/');
  const group = slash < 0 ? 'kprobes' : text.slice(0, slash);
  const event = text.slice(slash + 1);
  const eventAt = position + slash + 1;
  if (group === '') return problemAt('NO_GROUP_NAME', position);
  if (group.length > longestEvent) return problemAt('GROUP_TOO_LONG', position);
  if (!isName(group)) return problemAt('BAD_GROUP_NAME', position);
  // A group alone leaves the event its default name.
  if (event === '') return slash < 0 ? problemAt('NO_EVENT_NAME', eventAt) : { group, event: null };
  if (event.length > longestEvent) return problemAt('EVENT_TOO_LONG', eventAt);
  return isName(event) ? { group, event } : problemAt('BAD_EVENT_NAME', eventAt);
};

interface Found {
  readonly kind: ProbeEvent['kind'];
  readonly place: ProbePlace;
}

const parsePlace = (
  { text, position }: Word,
  kind: ProbeEvent['kind'],
  context: CommandContext,
): Found | FetchProblem => {
  if (/^\d/.test(text)) {
    const address = parseUnsigned(text);
    return address === null
      ? problemAt('BAD_PROBE_ADDR', position)
      : { kind, place: { symbol: null, offset: 0n, address } };
  }
  const percent = text.indexOf('%');
  const suffix = percent < 0 ? '' : text.slice(percent);
  if (suffix !== '' && suffix !== '%return') return problemAt('BAD_ADDR_SUFFIX', position + percent);
  const wanted = suffix === '' ? kind : 'return probe';
  const [, symbol = '', sign = '', digits = ''] = /^([^+%-]+)(?:([+-])([^%]*))?/.exec(text) ?? [];
  const offset = sign === '' ? 0n : parseUnsigned(digits);
  const address = context.resolve?.(symbol);
  const isNegative = sign === '-' && context.grammar !== '2009';
  if (offset === null || isNegative || address === undefined) return problemAt('BAD_PROBE_ADDR', position);
  const signed = sign === '-' ? -offset : offset;
  if (wanted === 'return probe' && signed !== 0n) return problemAt('BAD_RETPROBE', position);
  const problem = placeProblem(symbol, signed, context);
  if (problem !== null) return problemAt(problem, position);
  return { kind: wanted, place: { symbol, offset: signed, address: address + signed } };
};

const placeProblem = (
  symbol: string,
  offset: bigint,
  { check }: CommandContext,
): 'BAD_INSN_BNDRY' | 'FAIL_REG_PROBE' | null => {
  const answer = check?.(symbol, offset);
  if (answer === undefined || !isRefusal(answer)) return null;
  return answer.errno === 'EILSEQ' ? 'BAD_INSN_BNDRY' : 'FAIL_REG_PROBE';
};

const parseArguments = (
  words: readonly Word[],
  place: ProbePlace,
  kind: ProbeEvent['kind'],
  context: CommandContext,
): readonly FetchArgument[] | FetchProblem => {
  const beyond = words[mostArguments];
  if (beyond !== undefined) return problemAt('TOO_MANY_ARGS', beyond.position);
  const isEntry = place.symbol !== null && place.offset === 0n;
  const args: FetchArgument[] = [];
  const used = new Set<string>();
  for (const [k, { text, position }] of words.entries()) {
    const argument = compileFetch(
      text,
      { ...context, isReturn: kind === 'return probe', isEntry },
      { position, number: k + 1, used },
    );
    if (isProblem(argument)) return argument;
    used.add(argument.name);
    args.push(argument);
  }
  return args;
};

const nameOf = (kind: ProbeEvent['kind'], { symbol, offset, address }: ProbePlace): string => {
  const letter = kind === 'probe' ? 'p' : 'r';
  return symbol === null ? `${letter}_0x${address.toString(16)}` : `${letter}_${symbol}_${offset}`;
};

/** Probes of one event are of one kind, fetch the same, and differ. */
const againstExisting = (
  made: ProbeEvent,
  words: readonly Word[],
  { existing }: CommandContext,
): FetchProblem | null => {
  const other = existing?.(made.group, made.event);
  if (other === undefined) return null;
  if (other.kind !== made.kind) return problemAt('DIFF_PROBE_TYPE', 0);
  const last = words[words.length - 1];
  const end = last === undefined ? 0 : last.position + last.text.length;
  for (let k = 0; k < Math.max(made.args.length, other.args.length); k++) {
    const [mine, theirs] = [made.args[k], other.args[k]];
    if (mine === undefined || theirs === undefined || mine.name !== theirs.name || !isSameType(mine, theirs))
      return problemAt('DIFF_ARG_TYPE', words[k]?.position ?? end);
  }
  const isSame =
    other.place.address === made.place.address && made.args.every(({ text }, k) => text === other.args[k].text);
  return isSame ? problemAt('SAME_PROBE', 0) : null;
};

const isSameType = ({ type: a }: FetchArgument, { type: b }: FetchArgument): boolean =>
  a.kind === b.kind && a.bits === b.bits && a.count === b.count;
