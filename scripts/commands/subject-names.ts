/** Whom `--subject` can name besides ours, which is always asked. */
export const subjectNames = ['iced', 'objdump', 'ndisasm', 'nasm', 'llvm', 'zydis'] as const;
export type SubjectName = (typeof subjectNames)[number];
