/** A command line to paste: options in a fixed order, quoted where a shell would not leave them alone. */
export const commandLine = (
  command: string,
  options: readonly (readonly [name: string, value: string | true | undefined])[],
): string => {
  const words = options.flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? [name] : [name, quoted(value)];
  });
  return ['npx touchstone', command, ...words].join(' ');
};

const quoted = (word: string): string =>
  /^[A-Za-z0-9_./:,=+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
