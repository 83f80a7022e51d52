/**
 * What other subjects get wrong, as a document for each that can be sent to those who make it: one entry a known row, with
 * the smallest case that the run has met, what is said of it, what is right, and where the manuals say so.
 */
import type { Vendor } from '../../emulator/isa/modes.ts';
import type { Finding } from '../mismatch.ts';
import { isExecutionFinding } from '../mismatch.ts';
import type { Decoded } from '../subject.ts';
import { hexBytes } from './hex.ts';
import { byText } from './order.ts';
import { reproductionsOf } from './reproduction.ts';
import type { RunReport } from './run.ts';
import { smallestSample } from './sentence.ts';
import type { SnapshotFile } from './snapshot.ts';

/** `isBug` tells by its id whether a known row is a bug of the subject, and not a choice or a difference of vendors. */
export function bugLists(run: RunReport, isBug: (knownId: string) => boolean): SnapshotFile[] {
  const bugs = run.findings.flatMap((finding) =>
    isExecutionFinding(finding) || finding.bucket.known === null || !isBug(finding.bucket.known) ? [] : [finding],
  );
  const names = [...new Set(bugs.map((finding) => smallestSample(finding).subject))].sort(byText);
  return names.map((name) => ({
    name: `upstream/${name}.md`,
    text: documentOf(
      run,
      name,
      bugs.filter((finding) => smallestSample(finding).subject === name),
    ),
  }));
}

const documentOf = (run: RunReport, name: string, bugs: readonly Finding[]): string => {
  const version = run.subjects.find((subject) => subject.name === name)?.version ?? '';
  const title = `# What ${name} ${version} decodes otherwise than the manuals say`;
  const head = `Made by \`${run.command}\`. SDM is Intel's manual, APM is AMD's.`;
  return `${[title, head, ...byRow(bugs).map(entryOf)].join('\n\n')}\n`;
};

/** A row fires in several modes: the shortest case speaks for all. */
const byRow = (bugs: readonly Finding[]): readonly (readonly [id: string, findings: readonly Finding[]])[] => {
  const rows = new Map<string, Finding[]>();
  for (const finding of bugs) {
    const id = finding.bucket.known ?? '';
    const row = rows.get(id);
    if (row === undefined) rows.set(id, [finding]);
    else row.push(finding);
  }
  return [...rows]
    .sort(([left], [right]) => byText(left, right))
    .map(([id, findings]) => [id, [...findings].sort((left, right) => lengthOf(left) - lengthOf(right))] as const);
};

const lengthOf = (finding: Finding): number => smallestSample(finding).input.bytes.length;

const entryOf = ([id, findings]: readonly [id: string, findings: readonly Finding[]]): string => {
  const [first] = findings;
  if (first === undefined) return '';
  const { input, says, observable, ours, theirs, subject } = smallestSample(first);
  const { detail, place } = first.verdict;
  const modes = [...new Set(findings.map((finding) => smallestSample(finding).input.mode))].sort((a, b) => a - b);
  const line = reproductionsOf(input.bytes, input.mode).find(({ label }) => label === subject)?.line;
  const facts = [
    `- Bytes: \`${hexBytes(input.bytes)}\`, ${input.mode}-bit mode, ${vendorNames[input.vendor]}`,
    `- ${subject} says: ${wordsOf(observable, says.theirs, theirs)}`,
    `- Right: ${wordsOf(observable, says.ours, ours)} (${place ?? ''})`,
    `- Met in modes: ${modes.join(', ')}`,
    ...(line === undefined ? [] : [`- To see it: \`${line}\``]),
  ];
  return [`## ${id}`, detail, facts.join('\n')].join('\n\n');
};

const vendorNames: Readonly<Record<Vendor, string>> = { intel: 'Intel', amd: 'AMD' };

/** The field that differs, and the instruction where its text or name tells more. */
const wordsOf = (observable: string, said: string, answer: Decoded | { readonly status: string }): string => {
  const text = 'text' in answer ? (answer.text?.intel ?? answer.text?.nasm) : undefined;
  const instruction = text ?? ('mnemonic' in answer ? answer.mnemonic : undefined);
  const field = `${observable} \`${said}\``;
  return instruction === undefined || observable.startsWith('text') ? field : `${field}, \`${instruction}\``;
};
