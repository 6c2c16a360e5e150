import type { SqlError } from '../../language/sql-error.ts';
import { Conversation } from './conversation.ts';
import type { QueryDefinition, RunQuestion } from './frame.ts';

/** A text with its views, as often as it is asked. */
export interface AskedText {
  readonly id: number;
  readonly definition: QueryDefinition;
  /** How long it is likely to take; undefined: that is not known. */
  microseconds: number | undefined;
}

export type Asked = Pick<RunQuestion, 'shape' | 'values' | 'secrets' | 'rowsMax'>;

/** Who answers a question. */
interface Answerer {
  /** Asks for more of an answer, or for no more. */
  say(errand: Errand, word: 'more' | 'stop'): void;
  /** Ends what it does for an errand, which fails with this. */
  abandon(errand: Errand, error: SqlError): void;
}

/** A question on its way to its answer, in line or with a process. */
export class Errand {
  readonly text: AskedText;
  readonly asked: Asked;
  readonly conversation: Conversation;
  /** Undefined: it stands in line. */
  process: Answerer | undefined;
  /** It came back from a process that had others to answer too. One of them took long or ended it, so each goes alone. */
  isAlone = false;

  constructor(text: AskedText, asked: Asked, say: (errand: Errand, word: 'more' | 'stop') => void) {
    this.text = text;
    this.asked = asked;
    this.conversation = new Conversation((word) => say(this, word));
  }

  /** How long it is likely to take, in microseconds; Infinity: nobody may have to wait for it. */
  get expected(): number {
    const { microseconds = Number.POSITIVE_INFINITY } = this.text;
    return this.isAlone || microseconds > shortMicroseconds ? Number.POSITIVE_INFINITY : microseconds;
  }
}

const shortMicroseconds = 2000;
/** How much a time counts that was longer than what was expected: on a busy machine some are. */
const weight = 1 / 16;

/** @param microseconds of the last time; undefined: it was not one answer given at once */
export function noteDuration(text: AskedText, microseconds: number | undefined): void {
  const known = text.microseconds ?? Number.POSITIVE_INFINITY;
  const isLonger = microseconds !== undefined && microseconds > known;
  text.microseconds = isLonger ? known + weight * (microseconds - known) : microseconds;
}
