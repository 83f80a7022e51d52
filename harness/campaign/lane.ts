/** One subject's way through a slice: cases wait for a full batch, are asked about, compared, counted and sifted. */
import { compare } from '../compare/compare.ts';
import { checkLaws, type LawTools } from '../compare/laws.ts';
import type { KnownRows } from '../known/match.ts';
import type { Mismatch } from '../mismatch.ts';
import { type FormState, type FormStateMap, noteState } from '../report/form-state.ts';
import type { Answer, Input, Subject } from '../subject.ts';
import { answersOf, askItsLaw, askSubject } from './ask.ts';
import { Sift } from './sift.ts';

export interface LaneContext {
  readonly ours: Subject;
  readonly known: KnownRows;
  /** One case of so many comes this way, by content. */
  readonly share: number;
}

export class Lane {
  readonly name: string;
  readonly share: number;
  readonly sift: Sift;
  /** With what the sift explained and did not, `cases` is the sum of the rest. */
  readonly count = { cases: 0, agreed: 0, unsupported: 0, unavailable: 0 };
  /** Forms that the subject told of cases which both sides call valid. */
  readonly forms = new Set<string>();
  /** What came of each form of ours, at worst. */
  readonly states: FormStateMap = new Map();
  readonly #batch: number;
  readonly #work: Work;
  #waiting: Batch = { inputs: [], ours: [] };
  #underWay: Promise<void> = Promise.resolve();

  constructor(name: string, { share, batch, sift, work }: LaneParts) {
    this.name = name;
    this.share = share;
    this.sift = sift;
    this.#batch = batch;
    this.#work = work;
  }

  put(input: Input, ours: Answer): void {
    this.count.cases++;
    // What ours does not know is nobody's agreement, whatever others say: no need to ask them.
    if (ours.status === 'unsupported') {
      this.count.unsupported++;
      return;
    }
    this.#waiting.inputs.push(input);
    this.#waiting.ours.push(ours);
  }

  /** Starts on a full batch while the next one gathers: a process works on another core. */
  async drain(): Promise<void> {
    if (this.#waiting.inputs.length >= this.#batch) await this.#start();
  }

  /** Works off all that waits. */
  async finish(): Promise<void> {
    await this.#start();
    await this.#underWay;
  }

  /** What came of a case, which counts for its form where ours knows one. */
  note(ours: Answer, state: FormState): void {
    if (ours.status === 'valid' && ours.form !== undefined) noteState(this.states, ours.form, state);
  }

  async #start(): Promise<void> {
    await this.#underWay;
    const batch = this.#waiting;
    this.#waiting = { inputs: [], ours: [] };
    this.#underWay = this.#file(batch);
    // A failure is met where the batch is awaited; until then it must not count as unhandled.
    this.#underWay.catch(() => undefined);
  }

  async #file(batch: Batch): Promise<void> {
    for (const mismatch of await this.#work(batch, this)) {
      this.note(mismatch.ours, this.sift.count(mismatch) ?? (await this.sift.shrink(mismatch)));
    }
  }
}

interface Batch {
  readonly inputs: Input[];
  readonly ours: Answer[];
}

/** Finds a batch's mismatches, and counts the other cases. */
type Work = (batch: Batch, lane: Lane) => Promise<readonly Mismatch[]>;

interface LaneParts {
  readonly share: number;
  readonly batch: number;
  readonly sift: Sift;
  readonly work: Work;
}

export const subjectLane = (subject: Subject, { ours, known, share }: LaneContext): Lane => {
  const ask = askSubject(ours, subject);
  const sift = new Sift({ known, askAbout: () => ask, shrinks: shrinksOf(subject) });
  return new Lane(subject.name, {
    share,
    batch: subject.batch,
    sift,
    work: (batch, lane) => compareBatch(subject, batch, lane),
  });
};

/** Processes are slow to ask again, so few of their mismatches are shrunk in one slice. */
const shrinksOf = (subject: Subject): number => (subject.batch > 4096 ? 8 : mostShrinks);
const mostShrinks = 200;

const compareBatch = async (subject: Subject, { inputs, ours }: Batch, lane: Lane): Promise<readonly Mismatch[]> => {
  const theirs = await answersOf(subject, inputs);
  const mismatches: Mismatch[] = [];
  for (let k = 0; k < inputs.length; k++) {
    const [input, our, their] = [inputs[k], ours[k], theirs[k]];
    if (input === undefined || our === undefined || their === undefined) continue;
    const mismatch = compare(input, our, their, subject);
    if (mismatch === null) countWithout(our, their, lane);
    else mismatches.push(mismatch);
    if (our.status === 'valid' && their.status === 'valid' && their.form !== undefined) lane.forms.add(their.form);
  }
  return mismatches;
};

const countWithout = (ours: Answer, theirs: Answer, lane: Lane): void => {
  if (theirs.status === 'unavailable' || ours.status === 'unavailable') lane.count.unavailable++;
  else if (theirs.status === 'unsupported') lane.count.unsupported++;
  else {
    lane.count.agreed++;
    lane.note(ours, 'agreed');
  }
};

/** Under this name the laws stand in tables, next to subjects. */
export const lawsName = 'laws';

export const lawsLane = (tools: LawTools, { ours, known, share }: LaneContext): Lane => {
  const sift = new Sift({ known, askAbout: askItsLaw(ours, tools), shrinks: mostShrinks });
  return new Lane(lawsName, {
    share,
    batch: ours.batch,
    sift,
    work: (batch, lane) => holdToLaws(ours, tools, batch, lane),
  });
};

/** A case counts once, by the first law that it breaks. */
const holdToLaws = async (ours: Subject, tools: LawTools, batch: Batch, lane: Lane): Promise<readonly Mismatch[]> => {
  const cases = batch.inputs.flatMap((input, k) => {
    const answer = batch.ours[k];
    return answer === undefined ? [] : [{ input, ours: answer }];
  });
  const breaches = await checkLaws(cases, ours, tools);
  const broken = new Set(breaches.map((breach) => breach.input));
  lane.count.agreed += cases.length - broken.size;
  for (const { input, ours: answer } of cases) if (!broken.has(input)) lane.note(answer, 'agreed');
  return breaches.filter((breach) => broken.delete(breach.input));
};
