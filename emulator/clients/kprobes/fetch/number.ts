/** Numbers as C writes them: 10, 0x1f, 017. Null for what is none. */

export const parseUnsigned = (text: string): bigint | null => {
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(?:0x[0-9a-f]+|0|[1-9]\d*)$/i.test(text) ? BigInt(text) : null;
};

export const parseSigned = (text: string): bigint | null => {
  const magnitude = parseUnsigned(/^[+-]/.test(text) ? text.slice(1) : text);
  return magnitude !== null && text.startsWith('-') ? -magnitude : magnitude;
};
