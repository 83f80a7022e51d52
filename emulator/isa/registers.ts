/**
 * Register identities as small integers: `class * 32 + number`, so that a class is a shift away and tables stay flat.
 * Identities below 32 are free for operand kinds (see `OperandKind` in instruction.ts).
 */
export type RegisterId = number;

/** Register classes, in the order of their identities. 32 numbers each leave room for EVEX and APX. */
export const RegisterClass = {
  gpr8: 1,
  gpr8High: 2,
  gpr16: 3,
  gpr32: 4,
  gpr64: 5,
  instructionPointer: 6,
  segment: 7,
  control: 8,
  debug: 9,
  test: 10,
  st: 11,
  mm: 12,
  xmm: 13,
  ymm: 14,
  zmm: 15,
  mask: 16,
  bound: 17,
  tile: 18,
} as const;
export type RegisterClass = (typeof RegisterClass)[keyof typeof RegisterClass];

/** No register: an absent base, index or segment override. */
export const NO_REGISTER: RegisterId = 0;

/** The identity of register `number` of a class. */
export const register = (registerClass: RegisterClass, number: number): RegisterId => (registerClass << 5) | number;

const classes: readonly (RegisterClass | 0)[] = [0, ...Object.values(RegisterClass)];

/** The class part of an identity (0 where it is none). */
export const classOf = (id: RegisterId): RegisterClass | 0 => classes[id >> 5] ?? 0;

/** The number part of an identity, as the encoding holds it. */
export const numberOf = (id: RegisterId): number => id & 31;

const legacy = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const upTo = (count: number, name: (n: number) => string): string[] => Array.from({ length: count }, (_, n) => name(n));
const extended = (suffix: string): string[] => upTo(24, (n) => `r${n + 8}${suffix}`);

const namesByClass: Readonly<Record<RegisterClass, readonly string[]>> = {
  1: ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', ...extended('b')],
  2: ['ah', 'ch', 'dh', 'bh'],
  3: [...legacy, ...extended('w')],
  4: [...legacy.map((name) => `e${name}`), ...extended('d')],
  5: [...legacy.map((name) => `r${name}`), ...extended('')],
  6: ['ip', 'eip', 'rip'],
  7: ['es', 'cs', 'ss', 'ds', 'fs', 'gs'],
  8: upTo(16, (n) => `cr${n}`),
  9: upTo(16, (n) => `dr${n}`),
  10: upTo(8, (n) => `tr${n}`),
  11: upTo(8, (n) => `st${n}`),
  12: upTo(8, (n) => `mm${n}`),
  13: upTo(32, (n) => `xmm${n}`),
  14: upTo(32, (n) => `ymm${n}`),
  15: upTo(32, (n) => `zmm${n}`),
  16: upTo(8, (n) => `k${n}`),
  17: upTo(4, (n) => `bnd${n}`),
  18: upTo(8, (n) => `tmm${n}`),
};

/** The highest identity that a register may have. */
export const lastRegister = (Math.max(...Object.values(RegisterClass)) << 5) | 31;

const names = new Array<string>(lastRegister + 1).fill('');
const bitsById = new Array<number>(lastRegister + 1).fill(0);
const idsByName = new Map<string, RegisterId>();

const bitsByClass: Readonly<Record<RegisterClass, number>> = {
  1: 8,
  2: 8,
  3: 16,
  4: 32,
  5: 64,
  6: 64,
  7: 16,
  8: 64,
  9: 64,
  10: 32,
  11: 80,
  12: 64,
  13: 128,
  14: 256,
  15: 512,
  16: 64,
  17: 128,
  18: 8192,
};

for (const registerClass of Object.values(RegisterClass)) {
  for (const [number, name] of namesByClass[registerClass].entries()) {
    const id = register(registerClass, number);
    names[id] = name;
    bitsById[id] = registerClass === RegisterClass.instructionPointer ? 16 << number : bitsByClass[registerClass];
    idsByName.set(name, id);
  }
}

/** The SDM's name in lower case, `''` for an identity that names no register. */
export const registerName = (id: RegisterId): string => names[id] ?? '';

/** Width in bits (CR and DR as in 64-bit mode), 0 for an identity that names no register. */
export const registerBits = (id: RegisterId): number => bitsById[id] ?? 0;

/** The identity of a name in lower case, or undefined. */
export const registerByName = (name: string): RegisterId | undefined => idsByName.get(name);

/** Registers that code has to name. */
export const Register = {
  al: register(RegisterClass.gpr8, 0),
  cl: register(RegisterClass.gpr8, 1),
  ah: register(RegisterClass.gpr8High, 0),
  ax: register(RegisterClass.gpr16, 0),
  dx: register(RegisterClass.gpr16, 2),
  eax: register(RegisterClass.gpr32, 0),
  rax: register(RegisterClass.gpr64, 0),
  ip: register(RegisterClass.instructionPointer, 0),
  eip: register(RegisterClass.instructionPointer, 1),
  rip: register(RegisterClass.instructionPointer, 2),
  es: register(RegisterClass.segment, 0),
  cs: register(RegisterClass.segment, 1),
  ss: register(RegisterClass.segment, 2),
  ds: register(RegisterClass.segment, 3),
  fs: register(RegisterClass.segment, 4),
  gs: register(RegisterClass.segment, 5),
  cr0: register(RegisterClass.control, 0),
} as const;
