/**
 * One finding a site. Where several subjects differ from ours in one instruction, one cause is likely: the subject that
 * is named first speaks for it, and the buckets of the others are told with it. What known rows explain stays apart.
 */
import { identify, instructionText } from '../bucket/identity.ts';
import type { Finding } from '../mismatch.ts';

/** `subjects` in the order in which they speak; laws, which are no subjects, come last. */
export const joinFindings = (findings: readonly Finding[], subjects: readonly string[]): readonly Finding[] => {
  const sites = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.bucket.known !== null) continue;
    const site = siteOf(finding);
    const here = sites.get(site);
    if (here === undefined) sites.set(site, [finding]);
    else here.push(finding);
  }
  const joined = new Map<string, Finding>();
  for (const here of sites.values()) for (const finding of joinSite(here, subjects)) joined.set(finding.id, finding);
  return findings.flatMap((finding) => (finding.bucket.known !== null ? [finding] : (joined.get(finding.id) ?? [])));
};

/** Vendor and instruction, whatever mode and prefixes; memory and register forms alike. */
export const siteOf = ({ bucket: { samples } }: Finding): string => {
  const input = samples[0]?.input;
  return input === undefined ? '' : `${input.vendor} ${instructionText(identify(input.bytes, input.mode))}`;
};

export const subjectOf = ({ bucket: { samples } }: Finding): string => samples[0]?.subject ?? '';

export const isLength = ({ bucket: { samples } }: Finding): boolean => samples[0]?.observable === 'length';

/** Where ours takes an instruction to be longer than it is, it also lacks bytes for it, or has more than 15. */
export const followsFromLength = ({ bucket: { samples } }: Finding): boolean => {
  const [sample] = samples;
  if (sample?.observable !== 'validity') return false;
  const { ours, theirs } = sample;
  return [ours, theirs].some(
    (answer) => answer.status === 'truncated' || (answer.status === 'invalid' && answer.reason === 'too-long'),
  );
};

const joinSite = (here: readonly Finding[], subjects: readonly string[]): readonly Finding[] => {
  const rank = (finding: Finding): number =>
    subjects.includes(subjectOf(finding)) ? subjects.indexOf(subjectOf(finding)) : subjects.length;
  const [first] = [...here].sort((left, right) => rank(left) - rank(right));
  if (first === undefined) return [];
  const speaker = subjectOf(first);
  const hasLength = here.some((finding) => subjectOf(finding) === speaker && isLength(finding));
  const speaks = (finding: Finding): boolean =>
    subjectOf(finding) === speaker && !(hasLength && followsFromLength(finding));
  const spoken = here.filter(speaks);
  const others = here.filter((finding) => !speaks(finding));
  if (others.length === 0) return spoken;
  const also = others.map((other) => ({ key: other.bucket.key, subject: subjectOf(other), count: other.bucket.count }));
  return spoken.map((finding, k) => (k === 0 ? { ...finding, also } : finding));
};
