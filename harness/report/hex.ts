/** Numbers, bytes and strange characters as people read them. */

/** Spaced upper-case hex: `66 0F BA E0 07`. */
export const hexBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

/** `0x1f`. */
export const hexNumber = (value: bigint | number): string => `0x${value.toString(16)}`;

/** `1,234,567`: the same in every locale. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `99.98 %`, rounded down so that only all is 100 %. */
export const shareText = (part: number, whole: number): string => {
  if (whole === 0) return '–';
  const hundredths = Math.floor((part * 10_000) / whole);
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')} %`;
};

/** What a subject printed may hold anything: control characters are shown, not sent to a terminal or a page. */
export const visibleText = (text: string): string =>
  text.replace(
    /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
