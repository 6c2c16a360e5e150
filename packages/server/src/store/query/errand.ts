import type { SqlError } from '../../language/sql-error.ts';
import { Conversation } from './conversation.ts';
import type { QueryDefinition, RunQuestion } from './frame.ts';

/** A text with its views, as often as it is asked. */
export interface AskedText {
  readonly id: number;
  readonly definition: QueryDefinition;
  /** It was answered in next to no time when it was last asked: others need not mind to stand behind it. */
  isShort: boolean;
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

  /** Whether it may share a process with others. */
  get isSociable(): boolean {
    return this.text.isShort && !this.isAlone;
  }
}
