/** What is wrong with a probe's command, and where: codes are the kernel's, so that people can look them up. */

const messages = {
  MAXACT_NO_KPROBE: 'only return probes have a number of instances',
  BAD_MAXACT: 'the number of instances is no number',
  MAXACT_TOO_BIG: 'at most 4096 instances are kept',
  BAD_PROBE_ADDR: 'there is no such function or address',
  BAD_RETPROBE: "a return probe stands at a function's entry only",
  BAD_ADDR_SUFFIX: 'only %return can stand behind a function',
  BAD_INSN_BNDRY: 'no instruction begins there',
  FAIL_REG_PROBE: 'no probe can stand there',
  BAD_COMMAND: 'a command begins with p or r, and names a place',
  NO_GROUP_NAME: 'the group has no name',
  GROUP_TOO_LONG: "a group's name has at most 63 characters",
  BAD_GROUP_NAME: 'a group is named by letters, digits and _, and no digit first',
  NO_EVENT_NAME: 'the event has no name',
  EVENT_TOO_LONG: "an event's name has at most 63 characters",
  BAD_EVENT_NAME: 'an event is named by letters, digits and _, and no digit first',
  RETVAL_ON_PROBE: 'only return probes have $retval',
  BAD_STACK_NUM: 'the stack has no such entry: $stack0 to $stack2048',
  BAD_ARG_NUM: 'there is no such argument: $arg1 to $arg2048',
  BAD_VAR: 'there is no such variable here',
  BAD_REG_NAME: 'there is no such register: %ax and not %rax',
  BAD_MEM_ADDR: 'there is no such address or symbol',
  FILE_ON_KPROBE: 'offsets in files are for probes of programs',
  BAD_IMM: 'the immediate is no number',
  IMMSTR_NO_CLOSE: 'the string has no closing "',
  TOO_MANY_OPS: 'dereferences are nested too deeply',
  DEREF_NEED_BRACE: 'an offset stands before ( and what is dereferenced',
  BAD_DEREF_OFFS: 'the offset is no number',
  DEREF_OPEN_BRACE: 'the dereference has no closing )',
  COMM_CANT_DEREF: 'strings have no address to be dereferenced',
  BAD_FETCH_ARG: 'this is nothing that can be fetched',
  ARRAY_NO_CLOSE: 'the array has no closing ]',
  BAD_ARRAY_SUFFIX: 'nothing stands behind an array',
  BAD_ARRAY_NUM: 'the number of elements is no number',
  ARRAY_TOO_BIG: 'an array has fewer than 64 elements',
  BAD_TYPE: 'there is no such type for it',
  BAD_STRING: 'strings and arrays are in memory: dereference their address',
  BAD_BITFIELD: 'a bit field is b<width>@<offset>/<container>, inside its container',
  ARG_NAME_TOO_LONG: "an argument's name has at most 32 characters",
  NO_ARG_NAME: 'the argument has no name before =',
  BAD_ARG_NAME: 'an argument is named by letters, digits and _, and no digit first',
  USED_ARG_NAME: 'another field has this name',
  ARG_TOO_LONG: 'an argument has at most 63 characters',
  NO_ARG_BODY: 'nothing is fetched',
  TOO_MANY_ARGS: 'a probe has at most 128 arguments',
  DIFF_PROBE_TYPE: 'the event has probes of the other kind',
  DIFF_ARG_TYPE: "the event's other probes have another argument here",
  SAME_PROBE: 'the event has this very probe',
} as const;

export type FetchProblemCode = keyof typeof messages;

export interface FetchProblem {
  readonly status: 'problem';
  readonly code: FetchProblemCode;
  /** Where in the command, in characters. */
  readonly position: number;
  readonly message: string;
}

export const problemAt = (code: FetchProblemCode, position: number): FetchProblem => ({
  status: 'problem',
  code,
  position,
  message: messages[code],
});

export const isProblem = (answer: object): answer is FetchProblem => 'status' in answer && answer.status === 'problem';

/** The command, a caret below the place, and why. */
export const problemText = (command: string, { code, position, message }: FetchProblem): string =>
  `${command}\n${' '.repeat(position)}^\n${code}: ${message}`;
