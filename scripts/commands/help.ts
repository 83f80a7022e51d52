/** What `--help` shows after the options: examples and exit codes. */
const exitLines = {
  clean: '  0    nothing unexplained',
  mismatches: '  1    an unexplained difference, or a known row that explains nothing any more',
  usage: '  2    bad arguments, or a file or folder that cannot be read or written',
  oracle: '  3    an oracle that is needed is missing, too old or broken',
  interrupted: '  130  stopped by Ctrl-C; what was found so far is kept',
} as const;

const after = (examples: readonly string[], exits: readonly string[]): string =>
  `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n\nExit codes:\n${exits.join('\n')}\n`;

const { clean, mismatches, usage, oracle, interrupted } = exitLines;

const writes = '  0    written';

export const helpTexts = {
  touchstone: after(
    [
      'touchstone conform                    everything against everything, in minutes',
      'touchstone explain 66 0f ba e0 07     one instruction, all opinions',
      'touchstone decode --mode 32 boot.bin  a listing',
    ],
    [clean, mismatches, usage, oracle, interrupted],
  ),
  conform: after(
    [
      'touchstone conform --quick',
      'touchstone conform --mode 64 --subject iced,objdump',
      'touchstone conform --elf /bin/ls --elf build/vmlinux --report out',
      'touchstone conform --full --shard 2/4',
      'touchstone conform --subject cpu --execute 1000000',
      'touchstone conform --snapshot reports && git diff --exit-code reports',
    ],
    [clean, mismatches, usage, oracle, interrupted],
  ),
  fuzz: after(
    [
      'touchstone fuzz --for 8h --report out',
      'touchstone fuzz --for 30s --seed 42 --mode 16',
      'touchstone fuzz --for 8h --execute',
    ],
    [clean, mismatches, usage, oracle, interrupted],
  ),
  walk: after(
    [
      'touchstone walk                                  no prefix, 64-bit, against iced',
      'touchstone walk --prefix each --shard 1/2        half of all one-prefix spaces',
      'touchstone walk --prefix evex --subject iced     EVEX by its fields',
    ],
    [clean, mismatches, usage, oracle, interrupted],
  ),
  replay: after(
    [
      'touchstone replay 1f6c0a3b',
      "touchstone replay --bytes 'f0 0f ba e0 07' --mode 64 --subject objdump",
      "touchstone replay --bytes 4819d8 --mode 64 --state 'rax=1 rflags=203 @100000=00FF'",
    ],
    ['  0    it no longer fails, or it is explained', '  1    it still fails', usage, oracle, interrupted],
  ),
  explain: after(
    ['touchstone explain 48 8b 05 10 00 00 00', 'touchstone explain 0x66,0x90 --mode 16 --vendor amd'],
    ['  0    all agree, or the difference is explained', '  1    an unexplained difference', usage, oracle],
  ),
  capture: after(
    [
      'touchstone capture                   record this CPU into corpus/exec',
      'touchstone capture --check           ours against what is recorded there',
      'touchstone capture --json vectors    the same as JSON, for other emulators',
    ],
    [clean, mismatches, usage, oracle],
  ),
  coverage: after(
    ['touchstone coverage', 'touchstone coverage --mode 64 --subject iced,cpu --report out'],
    [clean, mismatches, usage, oracle, interrupted],
  ),
  outcomes: after(
    ['touchstone outcomes', 'touchstone outcomes --executions 1000000 --json outcomes.json'],
    [writes, usage],
  ),
  decode: after(
    [
      'touchstone decode 48 8b 05 10 00 00 00 --address 0x401000',
      'touchstone decode --mode 16 --syntax nasm boot.bin',
      'touchstone decode --option APX,AVX10 62 f5 6d 08 58 c9',
      'objcopy -O binary -j .text ls /dev/stdout | touchstone decode -',
    ],
    [writes, usage],
  ),
  subject: after(
    [`echo '{"id":1,"op":"decode","mode":64,"bytes":"90"}' | touchstone subject`],
    ['  0    standard input has ended', usage],
  ),
  doctor: after(
    ['touchstone doctor', 'TOUCHSTONE_REQUIRE_ORACLES=1 touchstone doctor    fails when one is missing'],
    ['  0    looked at all', '  3    one is missing, too old or broken, and TOUCHSTONE_REQUIRE_ORACLES=1'],
  ),
} as const;
