/** Version ranges of known rows: comparators that must all hold, `>=2.30 <3`. */

export function isVersionWithin(versionText: string, range: string): boolean {
  const version = numbersOf(/\d+(?:\.\d+)*/.exec(lastVersion(versionText))?.[0] ?? '0');
  return range
    .split(' ')
    .filter((comparator) => comparator !== '')
    .every((comparator) => holds(version, comparator));
}

/** `GNU objdump (GNU Binutils for Debian) 2.40` is 2.40: the last number with a dot, else the whole. */
const lastVersion = (text: string): string => text.match(/\d+(?:\.\d+)+/g)?.at(-1) ?? text;

const holds = (version: readonly number[], comparator: string): boolean => {
  const parts = /^(>=|<=|>|<|=)(\d+(?:\.\d+)*)$/.exec(comparator);
  if (parts === null) throw new Error(`Not a version comparator: "${comparator}". Write >=2.30, <3 or =2.40.`);
  const order = compareNumbers(version, numbersOf(parts[2] ?? '0'));
  switch (parts[1]) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return order === 0;
  }
};

const numbersOf = (text: string): number[] => text.split('.').map(Number);

const compareNumbers = (left: readonly number[], right: readonly number[]): number => {
  for (let k = 0; k < Math.max(left.length, right.length); k++) {
    const difference = (left[k] ?? 0) - (right[k] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
