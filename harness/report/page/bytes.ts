/** Bytes coloured by the field they belong to. */
import { hexBytes } from '../hex.ts';
import type { Segment } from '../run.ts';
import { html, type Markup } from './markup.ts';

/** Kinds that have a colour of their own in style.ts. */
const coloured = new Set(['prefix', 'rex', 'opcode', 'modrm', 'sib', 'displacement', 'immediate']);

/** Kinds that share the colour of their closest kin. */
const kin: Readonly<Record<string, string>> = {
  escape: 'opcode',
  suffix: 'opcode',
  vex: 'rex',
  evex: 'rex',
  xop: 'rex',
  selector: 'immediate',
};

export function bytesMarkup(bytes: Uint8Array, segments: readonly Segment[]): Markup {
  return html`${wholeSegments(bytes, segments).map(
    (segment, index) =>
      html`${index === 0 ? '' : ' '}<span class="field ${colourOf(segment.kind)}" title="${kindLabel(segment.kind)}">${bytesOf(bytes, segment)}</span>`,
  )}`;
}

export const bytesOf = (bytes: Uint8Array, { offset, length }: Segment): string =>
  hexBytes(bytes.subarray(offset, offset + length));

export const colourOf = (kind: string): string => {
  const colour = kin[kind] ?? kind;
  return coloured.has(colour) ? `field-${colour}` : 'field-other';
};

/** As the SDM writes it. */
export const kindLabel = (kind: string): string => labels[kind] ?? kind;

const labels: Readonly<Record<string, string>> = {
  rex: 'REX',
  modrm: 'ModR/M',
  sib: 'SIB',
  vex: 'VEX',
  evex: 'EVEX',
  xop: 'XOP',
};

/** Segments in order, with what anatomy leaves out as one segment a gap: every byte is shown once. */
export const wholeSegments = (bytes: Uint8Array, segments: readonly Segment[]): Segment[] => {
  const whole: Segment[] = [];
  let end = 0;
  const fillTo = (offset: number): void => {
    if (offset > end)
      whole.push({ kind: 'rest', offset: end, length: offset - end, meaning: 'not part of the instruction' });
  };
  for (const segment of [...segments].sort((left, right) => left.offset - right.offset)) {
    if (segment.offset < end || segment.length <= 0 || segment.offset >= bytes.length) continue;
    const length = Math.min(segment.length, bytes.length - segment.offset);
    fillTo(segment.offset);
    whole.push({ ...segment, length });
    end = segment.offset + length;
  }
  fillTo(bytes.length);
  return whole;
};
