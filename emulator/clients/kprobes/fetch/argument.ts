/** One argument of a probe: `NAME=FETCH:TYPE`. */
import { type Fetch, type FetchContext, parseFetch } from './expression.ts';
import { type FetchProblem, isProblem, problemAt } from './problem.ts';
import { defaultType, type FetchType, parseType, stringType } from './type.ts';

export interface FetchArgument {
  readonly name: string;
  readonly fetch: Fetch;
  readonly type: FetchType;
  /** What stands behind the name. */
  readonly text: string;
}

const mostText = 63;
const mostName = 32;

/** Fields that every event has. */
const taken: ReadonlySet<string> = new Set([
  ...['common_type', 'common_flags', 'common_preempt_count', 'common_pid', 'common_tgid'],
  ...['__probe_ip', '__probe_ret_ip', '__probe_func'],
]);

export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

export interface ArgumentPlace {
  /** Where in the command. */
  readonly position: number;
  /** Of those that have no name: arg1, arg2 … */
  readonly number: number;
  /** Names of the arguments before. */
  readonly used: ReadonlySet<string>;
}

/** Compiles one argument. */
export const compileFetch = (
  text: string,
  context: FetchContext = {},
  { position, number, used }: ArgumentPlace = { position: 0, number: 1, used: new Set() },
): FetchArgument | FetchProblem => {
  const equals = text.indexOf('=');
  const name = equals < 0 ? `arg${number}` : text.slice(0, equals);
  if (name === '') return problemAt('NO_ARG_NAME', position);
  if (name.length > mostName) return problemAt('ARG_NAME_TOO_LONG', position);
  if (!isName(name)) return problemAt('BAD_ARG_NAME', position);
  if (used.has(name) || taken.has(name)) return problemAt('USED_ARG_NAME', position);
  const body = compileBody(text.slice(equals + 1), position + equals + 1, context);
  return isProblem(body) ? body : { name, ...body };
};

const compileBody = (
  text: string,
  position: number,
  context: FetchContext,
): Omit<FetchArgument, 'name'> | FetchProblem => {
  if (text.length > mostText) return problemAt('ARG_TOO_LONG', position);
  if (text === '') return problemAt('NO_ARG_BODY', position);
  const wordBits = context.wordBits ?? 64;
  const colon = text.indexOf(':');
  const typeAt = position + colon + 1;
  const named = colon < 0 ? null : parseType(text.slice(colon + 1), typeAt, wordBits);
  if (named !== null && isProblem(named)) return named;
  const fetch = parseFetch(colon < 0 ? text : text.slice(0, colon), position, context);
  if (isProblem(fetch)) return fetch;
  const isText = fetch.kind === 'command name' || fetch.kind === 'text';
  const type = named ?? (isText ? stringType : defaultType(wordBits));
  const problem = isText ? textProblem(type) : memoryProblem(fetch, type);
  return problem === null ? { fetch, type, text } : problemAt(problem, typeAt);
};

const textProblem = ({ kind, count, isUser }: FetchType): 'BAD_TYPE' | null =>
  kind === 'string' && count === 0 && !isUser ? null : 'BAD_TYPE';

/** Strings and arrays have an address. */
const memoryProblem = ({ kind }: Fetch, type: FetchType): 'BAD_STRING' | null =>
  (type.kind === 'string' || type.count > 0) && kind !== 'memory' ? 'BAD_STRING' : null;
