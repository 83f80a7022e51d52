/** VEX, XOP and EVEX made plain: two bytes where these will do, registers to 0, W, L, mask, z and b to 0. */
import type { Edit, Pass } from './edits.ts';
import { type Layout, layoutOf } from './layout.ts';

type BitsSet = NonNullable<Edit['set']>[number];

export const vexFields: Pass = ({ input: { bytes, mode } }) => {
  const layout = layoutOf(bytes, mode);
  const { vex } = layout.identity;
  if (vex === null) return [];
  const fields = plainFields(layout);
  const each = fields.flatMap(bitByBit).map((one): Edit => ({ set: [one] }));
  const whole = fields.map((one): Edit => ({ set: [one] }));
  const edits = [{ set: fields }, ...whole, ...each];
  return vex.encoding === 'VEX' && vex.lengthBytes === 3 && vex.mmmmm === 1
    ? [inTwoBytes(layout, bytes), ...edits]
    : edits;
};

/** R, X and B, and vvvv, stand inverted: all ones are register 0. In two bytes R stands where W does in three. */
const plainFields = ({ identity: { vex }, vexOffset }: Layout): readonly BitsSet[] => {
  if (vex?.encoding === 'EVEX') return plainEvexFields(vexOffset);
  const isLong = vex?.lengthBytes === 3;
  const last = vexOffset + (isLong ? 2 : 1);
  return [
    { offset: vexOffset + 1, mask: isLong ? 0xe0 : 0x80, value: 0xff },
    { offset: last, mask: 0x78, value: 0xff },
    { offset: last, mask: 0x04, value: 0 },
    ...(isLong ? [{ offset: last, mask: 0x80, value: 0 }] : []),
  ];
};

/** Reserved bits as they must be; R', R, X and B; vvvv; V'; L'L; W; z, b and aaa. */
const plainEvexFields = (vexOffset: number): readonly BitsSet[] => [
  { offset: vexOffset + 1, mask: 0x08, value: 0 },
  { offset: vexOffset + 2, mask: 0x04, value: 0xff },
  { offset: vexOffset + 1, mask: 0xf0, value: 0xff },
  { offset: vexOffset + 2, mask: 0x78, value: 0xff },
  { offset: vexOffset + 3, mask: 0x08, value: 0xff },
  { offset: vexOffset + 3, mask: 0x60, value: 0 },
  { offset: vexOffset + 2, mask: 0x80, value: 0 },
  { offset: vexOffset + 3, mask: 0x80, value: 0 },
  { offset: vexOffset + 3, mask: 0x10, value: 0 },
  { offset: vexOffset + 3, mask: 0x07, value: 0 },
];

const bitByBit = ({ offset, mask, value }: BitsSet): readonly BitsSet[] =>
  [0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01]
    .filter((bit) => (mask & bit) !== 0 && mask !== bit)
    .map((bit) => ({ offset, mask: bit, value }));

/** R, then vvvv, L and pp of the third byte. */
const inTwoBytes = ({ vexOffset }: Layout, bytes: Uint8Array): Edit => {
  const [first = 0, last = 0] = bytes.subarray(vexOffset + 1);
  return {
    set: [
      { offset: vexOffset, mask: 0xff, value: 0xc5 },
      { offset: vexOffset + 1, mask: 0xff, value: (first & 0x80) | (last & 0x7f) },
    ],
    drop: [vexOffset + 2],
  };
};
