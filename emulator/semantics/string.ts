import type { string as rows } from '../isa/rows/string.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, type Width } from './cpu.ts';

/** MOVS, STOS, LODS: what LODS loads, STOS stores and MOVS moves, their pointers follow. */
const moves: Semantic = (cpu) => {
  cpu.write(0, cpu.read(1));
  advance(cpu, rSI, cpu.width);
  advance(cpu, rDI, cpu.width);
};

const stores: Semantic = (cpu) => {
  cpu.write(0, cpu.read(1));
  advance(cpu, rDI, cpu.width);
};

const loads: Semantic = (cpu) => {
  cpu.write(0, cpu.read(1));
  advance(cpu, rSI, cpu.width);
};

/** CPUs read ES:rDI before the source, which shows where both fault. */
const compares: Semantic = (cpu) => {
  const subtrahend = cpu.read(1);
  compare(cpu, cpu.read(0), subtrahend);
  advance(cpu, rSI, cpu.width);
  advance(cpu, rDI, cpu.width);
};

const scans: Semantic = (cpu) => {
  compare(cpu, cpu.read(0), cpu.read(1));
  advance(cpu, rDI, cpu.width);
};

/** What has been read from a port is not read again, so the destination is checked first. */
const inputs: Semantic = (cpu) => {
  const port = cpu.read(1);
  cpu.requirePortAccess(port, cpu.width);
  cpu.reach('checked');
  cpu.probeWrite(0);
  cpu.reach('read');
  cpu.write(0, cpu.readPort(port, cpu.width));
  advance(cpu, rDI, cpu.width);
};

const outputs: Semantic = (cpu) => {
  const port = cpu.read(0);
  const width = cpu.bits(1);
  cpu.requirePortAccess(port, width);
  cpu.reach('checked');
  const value = cpu.read(1);
  cpu.reach('read');
  cpu.writePort(port, width, value);
  advance(cpu, rSI, width);
};

/** String instructions (SDM 1 5.1.8): one iteration; the machine repeats it. */
export const string: SemanticsOf<typeof rows> = {
  MOVSB: moves,
  MOVSW: moves,
  MOVSD: moves,
  MOVSQ: moves,
  CMPSB: compares,
  CMPSW: compares,
  CMPSD: compares,
  CMPSQ: compares,
  STOSB: stores,
  STOSW: stores,
  STOSD: stores,
  STOSQ: stores,
  LODSB: loads,
  LODSW: loads,
  LODSD: loads,
  LODSQ: loads,
  SCASB: scans,
  SCASW: scans,
  SCASD: scans,
  SCASQ: scans,
  INSB: inputs,
  INSW: inputs,
  INSD: inputs,
  OUTSB: outputs,
  OUTSW: outputs,
  OUTSD: outputs,
};

const rSI = 6;
const rDI = 7;

/** A pointer of the address size passes over one element: up, or down where DF is 1. */
const advance = <V, B>(cpu: Cpu<V, B>, register: number, width: Width): void => {
  const bytes = width >> 3;
  const step = cpu.select(cpu.flag(Flag.D), cpu.constant(-bytes), cpu.constant(bytes));
  const size = cpu.addressSize;
  cpu.setGeneral(size, register, cpu.add(size, cpu.general(size, register), step));
};

const compare = <V, B>(cpu: Cpu<V, B>, a: V, b: V): void => {
  const difference = cpu.sub(cpu.width, a, b);
  cpu.setStatus(cpu.width, difference, cpu.borrows(a, b, difference));
};
