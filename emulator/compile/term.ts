/** Values and conditions of code that is being compiled: JavaScript that has them, or what they are known to be. */

/** 32 bits: a number that is known, or the name of a constant or expression without side effects; signed. */
export type Part = number | string;

/** A value of up to 64 bits in two halves. What stands above its width means nothing, as in `Values`. */
export interface Term {
  readonly lo: Part;
  readonly hi: Part;
}

/** 64 bits of which the double is known by a name too. */
export interface Lane extends Term {
  readonly double: string;
}

/** A condition that is known, or the name of one. */
export type Truth = boolean | string;

export const termOf = (lo: Part, hi: Part = 0): Term => ({ lo, hi });

/** As an operand of any operator. */
export const text = (part: Part): string => (typeof part === 'number' && part < 0 ? `(${part})` : String(part));

/** What cannot be compiled: it is left to the evaluator. */
export class Uncompilable extends Error {
  override readonly name = 'Uncompilable';
}

export const refuse = (what: string): never => {
  throw new Uncompilable(what);
};

/** Statements of a function, and names that are used once. */
export class Source {
  readonly lines: string[] = [];
  #names = 0;

  line(statement: string): void {
    this.lines.push(statement);
  }

  /** A constant of an expression; a known one is itself. */
  part(expression: Part): Part {
    if (typeof expression === 'number') return expression;
    return this.name(expression);
  }

  truth(condition: Truth): Truth {
    return typeof condition === 'boolean' ? condition : this.name(condition);
  }

  name(expression: string): string {
    const name = `v${this.#names++}`;
    this.line(`const ${name} = ${expression};`);
    return name;
  }
}
