import { SqlError } from '../../../language/sql-error.ts';
import { wireStates } from './fault.ts';
import type { TransactionStatus } from './server-message.ts';

/** The first words of a statement, in lower case and with one space between; without comments before them. */
export function readFirstWords(text: string, count: number): string {
  const words: string[] = [];
  let rest = text;
  while (words.length < count) {
    const match = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([A-Za-z_]+)/.exec(rest.slice(0, 4096));
    if (match?.[1] === undefined) break;
    words.push(match[1].toLowerCase());
    rest = rest.slice(match[0].length);
  }
  return words.join(' ');
}

type Turn = 'begin' | 'end' | 'rollback-to' | 'none';

/** What a statement does to the transaction that it stands in. */
export function readTurn(text: string): Turn {
  const [first = '', second = ''] = readFirstWords(text, 2).split(' ');
  if (first === 'begin' || (first === 'start' && second === 'transaction')) return 'begin';
  if (first === 'commit' || first === 'end' || first === 'abort') return 'end';
  if (first !== 'rollback') return 'none';
  return /^\s*rollback\s+(?:work\s+|transaction\s+)?to\b/i.test(text) ? 'rollback-to' : 'end';
}

/** Where a connection stands between BEGIN and COMMIT. Only told: nothing here can be rolled back. */
export class TransactionState {
  #status: TransactionStatus = 'I';

  get status(): TransactionStatus {
    return this.#status;
  }

  /** What to run in its stead: a failed transaction can only be rolled back. @throws SqlError 25P02 */
  admit(text: string): string {
    if (this.#status !== 'E') return text;
    const turn = readTurn(text);
    if (turn === 'end') return 'ROLLBACK';
    if (turn === 'rollback-to') return text;
    const message = 'current transaction is aborted, commands ignored until end of transaction block';
    throw new SqlError(wireStates.failedTransaction, message);
  }

  /** The statement was done. */
  pass(text: string): void {
    const turn = readTurn(text);
    if (turn === 'begin' || (turn === 'rollback-to' && this.#status === 'E')) this.#status = 'T';
    else if (turn === 'end') this.#status = 'I';
  }

  fail(): void {
    if (this.#status === 'T') this.#status = 'E';
  }
}
