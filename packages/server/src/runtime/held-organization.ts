import { setImmediate as nextTurn } from 'node:timers/promises';
import { type HeldNoun, Holding, type RecordChange } from '@claviger/verify';
import type { Change } from '../domain/change.ts';
import type { Log } from '../ports/log.ts';
import type { HeldName, VerificationReader, VerificationRule } from '../ports/verification.ts';

const heldNouns: readonly string[] = ['credential', 'app', 'developer', 'company', 'api-product'] satisfies HeldNoun[];

/** Keys that hang on deleted ones stay until all is read anew, which is not worth it for a few. */
const leftoversMin = 1000;

export interface HeldOrganizationOptions {
  readonly id: string;
  readonly store: VerificationReader;
  readonly log: Log;
  readonly keysMax: number;
}

/**
 * One organization as a verifier holds it. It is told of every change from before its snapshot on, so that none falls
 * between the two, and reads what changed anew: what it then holds is at least as new as the change (G5).
 */
export class HeldOrganization {
  readonly #options: HeldOrganizationOptions;
  readonly holding = new Holding();
  #rule: VerificationRule | undefined;
  /** What changed and was not read again. */
  readonly #changed = new Map<string, HeldName>();
  #ruleChanged = false;
  #parentsGone = 0;

  constructor(options: HeldOrganizationOptions) {
    this.#options = options;
  }

  /** Undefined until it is loaded, and where there is no such organization. */
  get rule(): VerificationRule | undefined {
    return this.#rule;
  }

  /** Whether it was told of changes that it has not applied. */
  get isBehind(): boolean {
    return this.#changed.size > 0 || this.#ruleChanged;
  }

  /** Whether so much hangs on nothing that it should be read anew. */
  get isWasteful(): boolean {
    return this.#parentsGone > Math.max(leftoversMin, this.holding.size / 2);
  }

  note({ noun, entityId }: Change): void {
    if (noun === 'organization') this.#ruleChanged = true;
    else if (isHeld(noun)) this.#changed.set(`${noun} ${entityId}`, { noun, id: entityId });
  }

  /** @throws where the store can't be read, or where there are too many keys */
  async load(): Promise<void> {
    const { id, store } = this.#options;
    const rule = await store.findRule(id);
    if (rule === undefined) return;
    const place = await store.walk(id, async (records) => {
      this.#applyAll(records);
      // Whoever asks about another organization does not wait for all of this one.
      await nextTurn();
    });
    if (place === undefined) return;
    this.#rule = rule;
  }

  /** Applies what was noted. Where it rejects, it stays noted. */
  async catchUp(): Promise<void> {
    const { id, store } = this.#options;
    while (this.isBehind) {
      if (this.#ruleChanged) {
        this.#ruleChanged = false;
        try {
          this.#rule = await store.findRule(id);
        } catch (error) {
          this.#ruleChanged = true;
          throw error;
        }
      }
      await this.#readChanged();
    }
  }

  async #readChanged(): Promise<void> {
    const { id, store } = this.#options;
    const names = [...this.#changed.values()];
    // What changes while it is read is noted again, and read again.
    this.#changed.clear();
    try {
      this.#applyAll(await store.read(id, names));
    } catch (error) {
      for (const name of names) this.#changed.set(`${name.noun} ${name.id}`, name);
      throw error;
    }
  }

  #applyAll(records: readonly RecordChange[]): void {
    for (const record of records) {
      try {
        this.holding.apply(record);
      } catch (error) {
        const { noun, id } = record;
        this.#options.log.error({ err: error, noun, id }, 'a record can not be held; its keys are refused');
      }
      const isParent = record.noun !== 'credential' && record.noun !== 'api-product';
      if (record.record === undefined && isParent) this.#parentsGone++;
    }
    if (this.holding.size > this.#options.keysMax) throw new RangeError(`more than ${this.#options.keysMax} keys`);
  }
}

/** Whether verifiers hold records of that noun. */
export function isHeld(noun: string): noun is HeldNoun {
  return heldNouns.includes(noun);
}
