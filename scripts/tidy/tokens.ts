/**
 * TypeScript text as tokens: enough to know what is code, a comment, a string or a regular expression. It knows no
 * grammar; what it may take a `/` for is told by the token before.
 */
export type TokenKind = 'name' | 'number' | 'string' | 'template' | 'regex' | 'comment' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From 0. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
}

export const tokensOf = (text: string): readonly Token[] => new Scanner(text).all();

/** Without comments. */
export const codeOf = (tokens: readonly Token[]): readonly Token[] => tokens.filter(({ kind }) => kind !== 'comment');

const patterns: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['comment', /(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*)/y],
  ['string', /(?:'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*")/y],
  ['number', /(?:\d|\.\d)[\w.]*/y],
  ['name', /[#@]?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy],
];
const regexPattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** Up to the end of the template, or to its next `${`. */
const templatePattern = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*/y;
const punctuationPattern = /=>|\?\.(?!\d)|\.\.\.|[\s\S]/y;

/** After these names an expression starts, so a `/` is no division. */
const beforeExpression = new Set(
  'return typeof case in of do else void delete throw new await yield instanceof extends'.split(' '),
);

class Scanner {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  /** Of every brace that is open: is it the `${` of a template? */
  readonly #braces: boolean[] = [];
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  all(): readonly Token[] {
    for (this.#skipSpace(); this.#at < this.#text.length; this.#skipSpace()) this.#next();
    return this.#tokens;
  }

  #next(): void {
    for (const [kind, pattern] of patterns) if (this.#take(kind, pattern)) return;
    const character = this.#text.charAt(this.#at);
    if (character === '/' && this.#startsExpression() && this.#take('regex', regexPattern)) return;
    this.#take('punctuation', punctuationPattern);
    if (character === '`') this.#template();
    else if (character === '{') this.#braces.push(false);
    else if (character === '}' && this.#braces.pop() === true) this.#template();
  }

  /** From after a backtick, or after the `}` that ends an expression in a template. */
  #template(): void {
    this.#take('template', templatePattern);
    if (this.#text.startsWith('${', this.#at)) {
      this.#take('punctuation', /\$\{/y);
      this.#braces.push(true);
    } else this.#take('punctuation', /`/y);
  }

  #startsExpression(): boolean {
    const before = this.#tokens.findLast(({ kind }) => kind !== 'comment');
    if (before === undefined) return true;
    if (before.kind === 'name') return beforeExpression.has(before.text);
    return before.kind === 'punctuation' && ![')', ']', '}', '`'].includes(before.text);
  }

  #take(kind: TokenKind, pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    if (text === '') return false;
    const endLine = this.#line + (text.split('\n').length - 1);
    this.#tokens.push({ kind, text, start: this.#at, line: this.#line, endLine });
    this.#at += text.length;
    this.#line = endLine;
    return true;
  }

  #skipSpace(): void {
    for (; /\s/.test(this.#text.charAt(this.#at)); this.#at++) if (this.#text.charAt(this.#at) === '\n') this.#line++;
  }
}
