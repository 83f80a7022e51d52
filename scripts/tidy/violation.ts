/** A place where the tree breaks a rule of the house. */
export interface Violation {
  readonly path: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  /** What is wrong and what to do, as a sentence. */
  readonly message: string;
}

export const violationText = ({ path, line, message }: Violation): string =>
  `${path}${line === 0 ? '' : `:${line}`}: ${message}`;
