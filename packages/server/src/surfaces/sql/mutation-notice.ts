import type { MethodAnswer } from './method-call.ts';

const noticesMax = 20;

/** Sentences for the caller of a statement: each once, however many rows say it. */
export class MutationNotices {
  readonly #sentences = new Set<string>();
  #more = false;

  add(sentence: string): void {
    if (this.#sentences.size < noticesMax) this.#sentences.add(sentence);
    else if (!this.#sentences.has(sentence)) this.#more = true;
  }

  /** What a call that took a right away says of those who have to know (docs/verification.md, "Acknowledged revocation"). */
  note({ headers }: MethodAnswer): void {
    const applied = headers['claviger-applied'];
    // Where nobody verifies, nobody has to know.
    if (applied === undefined || applied === '0/0') return;
    const outstanding = headers['claviger-outstanding'];
    const until = headers['claviger-outstanding-until'];
    const tokens = headers['claviger-tokens-until'];
    const [count, total] = applied.split('/');
    const told =
      total === undefined ? 'applied by an unknown number of verifiers' : `applied by ${count} of ${total} verifiers`;
    const missing = outstanding === undefined ? '' : `; still out: ${outstanding}, which may answer until ${until}`;
    const signed = tokens === undefined ? '' : `; tokens that were signed before may be good until ${tokens}`;
    this.add(told + missing + signed);
  }

  list(): readonly string[] {
    return this.#more ? [...this.#sentences, 'and more of that kind'] : [...this.#sentences];
  }
}
