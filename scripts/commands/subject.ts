/**
 * `touchstone subject`: ours behind the subject protocol. One request a line in, one answer a line out, in order;
 * whatever comes in, an answer goes out; it ends where the input ends.
 */
import type { Terminal } from '../terminal.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { answerLine, errorAnswer, type Reply } from './protocol.ts';

export const subject = async (terminal: Terminal): Promise<ExitCode> => {
  for await (const lines of linesOf(terminal.input)) {
    await terminal.write(lines.map((line) => `${JSON.stringify(replyTo(line))}\n`).join(''));
    if (terminal.closed) break;
  }
  return exitCodes.clean;
};

/** Null where it was over the limit and thrown away. */
type Line = string | null;

const replyTo = (line: Line): Reply =>
  line === null ? errorAnswer(null, `a line has over ${longestLineBytes} bytes`) : answerLine(line);

/** As much as the harness takes from a subject. */
const longestLineBytes = 1 << 20;

const newline = 0x0a;

/** The lines that each chunk completes. A next chunk is read when these are answered: memory does not grow. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  let parts: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (part: Uint8Array): void => {
    heldBytes += part.length;
    if (heldBytes <= longestLineBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    const line = heldBytes > longestLineBytes ? null : Buffer.concat(parts).toString('utf8');
    parts = [];
    heldBytes = 0;
    return line;
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    const lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      hold(bytes.subarray(from, end));
      lines.push(take());
      from = end + 1;
    }
    hold(bytes.subarray(from));
    yield lines.filter(isNotBlank);
  }
  yield [take()].filter(isNotBlank);
}

const isNotBlank = (line: Line): boolean => line === null || line.trim() !== '';
