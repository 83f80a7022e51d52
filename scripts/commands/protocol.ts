/** One request of the subject protocol, version 1, to one answer. It refuses to know where requests come from. */
import { type Decoding, decode } from '../../emulator/decode/decode.ts';
import { format } from '../../emulator/format/format.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Instruction } from '../../emulator/isa/instruction.ts';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import { isFeature } from '../../emulator/isa/needs.ts';
import { roundingOf } from '../../emulator/operand/decorations.ts';
import { flagsOf } from '../../emulator/operand/flags.ts';
import type { MemoryOperand, Operand } from '../../emulator/operand/operand.ts';
import { operandsOf } from '../../emulator/operand/operands.ts';
import { hexNumber } from '../../harness/report/hex.ts';
import { inputAddress } from '../../harness/subject.ts';
import { touchstoneVersion } from '../../harness/subjects/touchstone.ts';
import { answerExecute } from './protocol-execute.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Reply = { readonly [key: string]: Json };

/** Never throws on any line. */
export const answerLine = (line: string): Reply => {
  const request = parseObject(line);
  if (request === null) return errorAnswer(null, 'the line is no JSON object');
  const id = idOf(request);
  if (id === undefined) return errorAnswer(null, '"id" is missing, or neither a number nor a string');
  const answer = answerOf(request);
  return typeof answer === 'string' ? errorAnswer(id, answer) : { id, ...answer };
};

/** What the protocol's words have no answer for: the request itself is bad. */
export const errorAnswer = (id: Id | null, detail: string): Reply => ({ id, status: 'error', detail });

type Id = string | number;
type Request = Readonly<Record<string, unknown>>;

/** The protocol's version that is spoken here. */
const protocol = 1;
const longestBytes = 64;

const parseObject = (line: string): Request | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

const isObject = (value: unknown): value is Request =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const idOf = ({ id }: Request): Id | undefined => (typeof id === 'number' || typeof id === 'string' ? id : undefined);

/** An answer, or what is wrong with the request. */
const answerOf = (request: Request): Reply | string => {
  switch (request['op']) {
    case 'hello':
      return answerHello(request);
    case 'decode':
      return answerDecode(request);
    case 'execute':
      return answerExecution(request);
    case undefined:
      return '"op" is missing; ops are hello, decode and execute';
    default:
      return `op ${JSON.stringify(request['op']).slice(0, 40)} is unknown; ops are hello, decode and execute`;
  }
};

const answerHello = (request: Request): Reply | string => {
  const wanted = request['protocol'] ?? protocol;
  if (wanted !== protocol) return `protocol ${JSON.stringify(wanted).slice(0, 40)} is not spoken here; ${protocol} is`;
  return {
    name: 'touchstone',
    version: touchstoneVersion,
    modes,
    ops: ['decode', 'execute'],
    features: [],
    vendor: 'intel',
  };
};

const answerExecution = (request: Request): Reply | string => {
  const mode = modes.find((one) => one === request['mode']);
  if (mode === undefined) return '"mode" must be 16, 32 or 64';
  const bytes = bytesOf(request['bytes']);
  if (bytes === null) return `"bytes" must be a hex string of 1 to ${longestBytes} bytes`;
  return answerExecute(mode, bytes, request['state']);
};

const answerDecode = (request: Request): Reply | string => {
  const mode = modes.find((one) => one === request['mode']);
  if (mode === undefined) return '"mode" must be 16, 32 or 64';
  const vendor = vendorOf(request['vendor']);
  if (vendor === null) return '"vendor" must be "intel" or "amd"';
  const address = addressOf(request['ip']);
  if (address === null) return '"ip" must be a hex string with 0x, of at most 64 bits';
  const bytes = bytesOf(request['bytes']);
  if (bytes === null) return `"bytes" must be a hex string of 1 to ${longestBytes} bytes`;
  const decoding = decodeAll(bytes, mode, vendor);
  switch (decoding.status) {
    case 'valid':
      return describe(decoding.instruction, address);
    case 'invalid':
      return { status: 'invalid', reason: decoding.reason };
    case 'truncated':
      return { status: 'truncated' };
  }
};

/** Bytes that mean nothing to CPUs of today are taken for what they are to those to come. */
const decodeAll = (bytes: Uint8Array, mode: Mode, vendor: Vendor): Decoding => {
  const plain = decode(bytes, mode, { vendor });
  if (plain.status !== 'invalid') return plain;
  const extended = decode(bytes, mode, { vendor, options: ['AVX10', 'APX'] });
  return extended.status === 'invalid' ? plain : extended;
};

const vendorOf = (value: unknown): Vendor | null =>
  value === undefined ? 'intel' : (vendors.find((vendor) => vendor === value) ?? null);

const addressOf = (value: unknown): bigint | null => {
  if (value === undefined) return BigInt(inputAddress);
  return typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? BigInt(value) : null;
};

const bytesOf = (value: unknown): Uint8Array | null =>
  typeof value === 'string' && value.length <= 2 * longestBytes && /^(?:[0-9a-f]{2})+$/i.test(value)
    ? Buffer.from(value, 'hex')
    : null;

const describe = (instruction: Instruction, address: bigint): Reply => {
  const end = address + BigInt(instruction.lengthBytes);
  const form = forms[instruction.form];
  const rounding = roundingOf(instruction);
  const { read, written, cleared, set, undefined: open } = flagsOf(instruction);
  return {
    status: 'valid',
    length: instruction.lengthBytes,
    mnemonic: form?.mnemonic.toLowerCase() ?? '',
    operands: operandsOf(instruction, address).map((operand) => describeOperand(operand, end)),
    ...(rounding === null ? {} : { rounding }),
    text: format(instruction, 'intel', address),
    flags: { read, written, cleared, set, undefined: open },
    ...(form === undefined ? {} : { cpuid: [...form.needs].filter(isFeature).sort() }),
  };
};

const describeOperand = (operand: Operand, end: bigint): Reply => {
  const { kind, bits } = operand;
  const implicit: Reply = operand.implicit ? { implicit: true } : {};
  const { mask, zeroing, conversion } = operand;
  const masked: Reply = {
    ...(mask === undefined ? {} : { mask, ...(zeroing === undefined ? {} : { zeroing }) }),
    ...(conversion === undefined ? {} : { conversion }),
  };
  switch (operand.kind) {
    case 'register': {
      const group = operand.count === undefined ? {} : { count: operand.count };
      return { kind, register: operand.register, bits, access: operand.access, ...group, ...masked, ...implicit };
    }
    case 'memory':
      return describeMemory(operand, { end, more: { ...masked, ...implicit } });
    case 'immediate':
      return { kind, value: hexNumber(operand.value), bits, ...implicit };
    case 'branch':
      return { kind, target: hexNumber(operand.target), bits, ...implicit };
    case 'far-pointer':
      return { kind, selector: hexNumber(operand.selector), offset: hexNumber(operand.offset), bits, ...implicit };
  }
};

const describeMemory = (
  operand: MemoryOperand,
  { end, more }: { readonly end: bigint; readonly more: Reply },
): Reply => {
  const { kind, segment, base, index, scale, displacement, bits, access, broadcast, evictionHint } = operand;
  const address = addressOfMemory(operand, end);
  const place = { segment, base, index, scale, displacement: hexNumber(displacement) };
  return {
    kind,
    ...place,
    bits,
    access,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(evictionHint === undefined ? {} : { evictionHint }),
    ...(address === null ? {} : { address: hexNumber(address) }),
    ...more,
  };
};

/** Only where no register's value is needed: relative to RIP, and absolute. */
const addressOfMemory = ({ base, index, displacement, addressBits }: MemoryOperand, end: bigint): bigint | null => {
  if (index !== null) return null;
  if (base === null) return BigInt.asUintN(addressBits, displacement);
  return base === 'rip' || base === 'eip' ? BigInt.asUintN(addressBits, end + displacement) : null;
};
