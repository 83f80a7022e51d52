/** Records of a trace and their text, the log of mmiotrace: version 20070824, one line a record. */

interface Event {
  /** Microseconds since the trace began. */
  readonly time: bigint;
}

export interface MapEvent extends Event {
  readonly kind: 'map';
  readonly id: number;
  /** Bus address. */
  readonly physical: bigint;
  /** As the driver sees it. */
  readonly virtual: bigint;
  readonly length: bigint;
  readonly pc: bigint;
}
export interface UnmapEvent extends Event {
  readonly kind: 'unmap';
  readonly id: number;
  readonly pc: bigint;
}
export interface AccessEvent extends Event {
  readonly kind: 'read' | 'write';
  readonly width: number;
  readonly id: number;
  readonly physical: bigint;
  readonly value: bigint;
  readonly pc: bigint;
}
/** An access by an instruction that could not be executed here. */
export interface UnknownEvent extends Event {
  readonly kind: 'unknown';
  readonly id: number;
  readonly physical: bigint;
  /** The first three of the instruction. */
  readonly bytes: readonly number[];
  readonly pc: bigint;
}
export interface MarkEvent extends Event {
  readonly kind: 'mark';
  readonly text: string;
}
export type TraceEvent = MapEvent | UnmapEvent | AccessEvent | UnknownEvent | MarkEvent;

const traceVersion = 'VERSION 20070824';

/** Of records that came too fast. */
export const lostEvents = (count: number): MarkEvent => ({ kind: 'mark', time: 0n, text: `Lost ${count} events.` });

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const perSecond = 1_000_000n;
const timeText = (time: bigint): string => `${time / perSecond}.${String(time % perSecond).padStart(6, '0')}`;

/** The process, which is not told. */
const pid = '0';

export const formatEvent = (event: TraceEvent): string => {
  const time = timeText(event.time);
  switch (event.kind) {
    case 'mark':
      return `MARK ${time} ${event.text}`;
    case 'map': {
      const { id, physical, virtual, length, pc } = event;
      return `MAP ${time} ${id} ${hex(physical)} ${hex(virtual)} ${hex(length)} ${hex(pc)} ${pid}`;
    }
    case 'unmap':
      return `UNMAP ${time} ${event.id} ${hex(event.pc)} ${pid}`;
    case 'unknown': {
      const { id, physical, bytes, pc } = event;
      const text = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(',');
      return `UNKNOWN ${time} ${id} ${hex(physical)} ${text} ${hex(pc)} ${pid}`;
    }
    default: {
      const { width, id, physical, value, pc } = event;
      const letter = event.kind === 'read' ? 'R' : 'W';
      return `${letter} ${width} ${time} ${id} ${hex(physical)} ${hex(value)} ${hex(pc)} ${pid}`;
    }
  }
};

/** The whole log, each line ended. */
export const formatTrace = (events: readonly TraceEvent[]): string =>
  [traceVersion, ...events.map(formatEvent)].map((line) => `${line}\n`).join('');

/** A line that is none of a log; `line` counts from 1. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly line: number;

  constructor(line: number, text: string) {
    super(`Line ${line} is none of a trace: ${JSON.stringify(text)}`);
    this.line = line;
  }
}

/** The inverse of `formatTrace`. Other lines that tracers write (PCIDEV, comments) are left out. Throws a TraceError. */
export const parseTrace = (text: string): readonly TraceEvent[] => {
  const events: TraceEvent[] = [];
  for (const [k, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || /^(VERSION|PCIDEV|#)/.test(trimmed)) continue;
    const event = parseEvent(trimmed);
    if (event === null) throw new TraceError(k + 1, trimmed);
    events.push(event);
  }
  return events;
};

const number = '(0x[0-9a-f]+)';
const head = '(\\d+\\.\\d{6})';
const patterns = {
  mark: new RegExp(`^MARK ${head} (.*)$`),
  map: new RegExp(`^MAP ${head} (\\d+) ${number} ${number} ${number} ${number} \\d+$`),
  unmap: new RegExp(`^UNMAP ${head} (\\d+) ${number} \\d+$`),
  unknown: new RegExp(`^UNKNOWN ${head} (\\d+) ${number} ((?:[0-9a-f]{2})(?:,[0-9a-f]{2})*) ${number} \\d+$`),
  access: new RegExp(`^([RW]) (\\d+) ${head} (\\d+) ${number} ${number} ${number} \\d+$`),
};

const timeOf = (text = '0.000000'): bigint => BigInt(text.replace('.', ''));

const parseEvent = (line: string): TraceEvent | null => {
  const big = (text = '0'): bigint => BigInt(text);
  let match = patterns.access.exec(line);
  if (match !== null) {
    const [, letter, width, time, id, physical, value, pc] = match;
    const kind = letter === 'R' ? 'read' : 'write';
    const numbers = { physical: big(physical), value: big(value), pc: big(pc) };
    return { kind, width: Number(width), time: timeOf(time), id: Number(id), ...numbers };
  }
  match = patterns.map.exec(line);
  if (match !== null) {
    const [, time, id, physical, virtual, length, pc] = match;
    const places = { physical: big(physical), virtual: big(virtual), length: big(length), pc: big(pc) };
    return { kind: 'map', time: timeOf(time), id: Number(id), ...places };
  }
  match = patterns.unmap.exec(line);
  if (match !== null) return { kind: 'unmap', time: timeOf(match[1]), id: Number(match[2]), pc: big(match[3]) };
  match = patterns.unknown.exec(line);
  if (match !== null) {
    const [, time, id, physical, bytes = '', pc] = match;
    const list = bytes.split(',').map((byte) => Number.parseInt(byte, 16));
    return { kind: 'unknown', time: timeOf(time), id: Number(id), physical: big(physical), bytes: list, pc: big(pc) };
  }
  match = patterns.mark.exec(line);
  return match === null ? null : { kind: 'mark', time: timeOf(match[1]), text: match[2] ?? '' };
};
