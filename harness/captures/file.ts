/** A file of captures as text: written, and read with every way in which it can be broken. */
import { type Chapter, integerChapters } from '../../emulator/isa/chapters.ts';
import { modes } from '../../emulator/isa/modes.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import type { Capture, CaptureFile, CaptureHead, LeftOut } from './capture.ts';
import { captureHash, hashLength, sandboxDigest } from './hash.ts';
import { readSignature, signatureFolder } from './signature.ts';
import { readCaptureText } from './text.ts';

/** Path from the folder of captures. */
export const capturePath = ({ cpu, mode, chapter }: CaptureHead): string =>
  `${signatureFolder(cpu)}/${mode}/${chapter}.txt`;

/** Captures of one form, as they are written. */
export interface FormCaptures {
  /** The form's name, which stands above them. */
  readonly form: string;
  /** `captureText` of each. */
  readonly texts: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** The file's text: head, and then by form what is left out and the captures, sorted. */
export const captureFileText = (head: CaptureHead, forms: readonly FormCaptures[]): string => {
  const signature = signatureText(head.cpu);
  const lines = forms.map(({ texts }) => [...new Set(texts)].sort());
  const count = lines.reduce((sum, those) => sum + those.length, 0);
  const body = forms.flatMap(({ form, leftOut }, k) => [
    `# ${form}`,
    ...leftOut.map((one) => `# left out: ${one.count} of ${form}: ${one.reason}`),
    ...(lines[k] ?? []).map((text) => `${text} ${captureHash(signature, head.mode, text)}`),
  ]);
  return `${[...headLines(head, count), ...body].join('\n')}\n`;
};

const format = 'format 1';

const headLines = ({ cpu, mode, chapter, sandbox }: CaptureHead, count: number): readonly string[] => [
  '# Written by: touchstone capture. What the lines say: corpus/exec/README.md',
  format,
  `cpu ${signatureText(cpu)} ${cpu.name}`.trimEnd(),
  `mode ${mode}`,
  `chapter ${chapter}`,
  `sandbox ${sandbox}`,
  `captures ${count}`,
];

/** What is wrong with a file: the line, from 1, and a sentence. */
export interface CaptureFailure {
  readonly line: number;
  readonly reason: string;
}

export const readCaptureFile = (text: string): CaptureFile | CaptureFailure => {
  const lines = text.split('\n');
  const head = readHead(lines);
  if ('reason' in head) return head;
  if (head.head.sandbox !== sandboxDigest())
    return { line: head.end, reason: 'it was captured in another sandbox; capture it again' };
  const captures: Capture[] = [];
  const leftOut: LeftOut[] = [];
  const signature = signatureText(head.head.cpu);
  for (let k = head.end; k < lines.length; k++) {
    const line = lines[k] ?? '';
    const missing = leftOutLine.exec(line);
    if (missing !== null) leftOut.push({ count: Number(missing[1]), form: missing[2] ?? '', reason: missing[3] ?? '' });
    if (line === '' || line.startsWith('#')) continue;
    const capture = readLine(line, k + 1, signature, head.head);
    if ('reason' in capture) return capture;
    captures.push(capture);
  }
  if (lines.at(-1) !== '') return { line: lines.length, reason: 'the file is cut off: its last line has no end' };
  if (captures.length !== head.count)
    return { line: lines.length, reason: `it has ${captures.length} captures, and its head says ${head.count}` };
  return { head: head.head, captures, leftOut };
};

const leftOutLine = /^# left out: (\d+) of (.+?): (.*)$/;

interface ReadHead {
  readonly head: CaptureHead;
  readonly count: number;
  /** Lines of it. */
  readonly end: number;
}

const readHead = (lines: readonly string[]): ReadHead | CaptureFailure => {
  const values = new Map<string, string>();
  let at = 0;
  for (; values.size < headNames.length; at++) {
    const line = lines[at];
    if (line === undefined) return { line: at, reason: `the head has no line "${headNames[values.size]} …"` };
    if (line.startsWith('#')) continue;
    const name = headNames[values.size] ?? '';
    if (!line.startsWith(`${name} `)) return { line: at + 1, reason: `here stands "${name} …" in the head` };
    values.set(name, line.slice(name.length + 1));
  }
  const value = (name: string): string => values.get(name) ?? '';
  const cpu = readSignature(value('cpu'));
  const mode = modes.find((one) => String(one) === value('mode'));
  const chapter: Chapter | undefined = integerChapters.find((one) => one === value('chapter'));
  if (value('format') !== '1') return { line: 2, reason: `format ${value('format')} is not known; this is format 1` };
  if (cpu === null) return { line: at, reason: `"${value('cpu')}" names no CPU: vendor, family-model-stepping in hex` };
  if (mode === undefined) return { line: at, reason: `"${value('mode')}" is no mode: 16, 32 or 64` };
  if (chapter === undefined) return { line: at, reason: `"${value('chapter')}" is no chapter` };
  return { head: { cpu, mode, chapter, sandbox: value('sandbox') }, count: Number(value('captures')), end: at };
};

const headNames = ['format', 'cpu', 'mode', 'chapter', 'sandbox', 'captures'] as const;

const readLine = (line: string, number: number, signature: string, { mode }: CaptureHead): Capture | CaptureFailure => {
  const at = line.lastIndexOf(' ');
  const [text, hash] = [line.slice(0, Math.max(at, 0)), line.slice(at + 1)];
  if (!new RegExp(`^[0-9a-f]{${hashLength}}$`).test(hash))
    return { line: number, reason: `it does not end with a hash of ${hashLength} hex digits` };
  const read = readCaptureText(text, mode);
  if (typeof read === 'string') return { line: number, reason: read };
  const wanted = captureHash(signature, mode, text);
  if (hash !== wanted)
    return {
      line: number,
      reason: `its hash is ${hash}, and that of its text ${wanted}: it was edited. Captures are revoked in revoked.txt, not edited`,
    };
  return { ...read, hash, line: number };
};
