/** HTML as a type of its own: what is not `Markup` is escaped, so a string can never become an element. */
import { visibleText } from '../hex.ts';

export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | readonly Part[] | null;

/** The only way to make markup: literal parts stand as they are, values are escaped. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return { markup: literals.reduce((text, literal, index) => text + partText(values[index - 1] ?? null) + literal) };
}

export const nothing: Markup = { markup: '' };

const partText = (part: Part): string => {
  if (part === null) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return isList(part) ? part.map(partText).join('') : part.markup;
};

const isList = (part: Markup | readonly Part[]): part is readonly Part[] => Array.isArray(part);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  visibleText(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
