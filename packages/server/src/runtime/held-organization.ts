import { setImmediate as nextTurn } from 'node:timers/promises';
import { type HeldKey, type HeldNoun, Holding, ReadThrough, type RecordChange } from '@claviger/verify';
import type { Change } from '../domain/change.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { HeldName, VerificationReader, VerificationRule } from '../ports/verification.ts';

const heldNouns: readonly string[] = ['credential', 'app', 'developer', 'company', 'api-product'] satisfies HeldNoun[];

/** Keys that hang on deleted ones stay until all is read anew, which is not worth it for a few. */
const leftoversMin = 1000;

export interface HeldOrganizationOptions {
  readonly id: string;
  readonly store: Pick<VerificationReader, 'findRule' | 'walk' | 'read' | 'find'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  /** Of an organization with more keys only those that are asked for are held. */
  readonly keysMax: number;
}

/**
 * One organization as a verifier holds it. It is told of every change from before its snapshot on, so that none falls
 * between the two, and reads what changed anew: what it then holds is at least as new as the change (G5).
 */
export class HeldOrganization {
  readonly #options: HeldOrganizationOptions;
  #holding = new Holding();
  /** Where keys are once there are too many of them; products are in the holding all the same. */
  #through: ReadThrough | undefined;
  #rule: VerificationRule | undefined;
  #epoch = '';
  /** What changed and was not read again. */
  readonly #changed = new Map<string, HeldName>();
  /** The last change that it was told of. */
  #noted = 0;
  #ruleChanged = false;
  #parentsGone = 0;

  constructor(options: HeldOrganizationOptions) {
    this.#options = options;
  }

  /** Undefined until it is loaded, and where there is no such organization. */
  get rule(): VerificationRule | undefined {
    return this.#rule;
  }

  get holding(): Holding {
    return this.#holding;
  }

  /** Keys that are held. */
  get size(): number {
    return this.#through?.size ?? this.#holding.size;
  }

  get bytes(): number {
    return this.#holding.bytes + (this.#through?.bytes ?? 0);
  }

  /** Whether it was told of changes that it has not applied. */
  get isBehind(): boolean {
    return this.#changed.size > 0 || this.#ruleChanged;
  }

  /** Whether so much hangs on nothing that it should be read anew. */
  get isWasteful(): boolean {
    return this.#through === undefined && this.#parentsGone > Math.max(leftoversMin, this.#holding.size / 2);
  }

  note({ noun, entityId, sequence }: Change): void {
    if (noun === 'organization') this.#ruleChanged = true;
    else if (isHeld(noun)) {
      this.#changed.set(`${noun} ${entityId}`, { noun, id: entityId });
      this.#through?.note(noun, entityId, sequence);
    }
    this.#noted = Math.max(this.#noted, sequence);
  }

  /** Undefined: a verdict on this key takes nothing that is not at hand. Never rejected. */
  prepare(key: string | undefined): Promise<void> | undefined {
    if (this.#through === undefined || this.#rule === undefined || key === undefined || key === '') return undefined;
    return this.#through.prepare(key, this.#rule.hashOf);
  }

  /** `unknown`: neither held nor known to be none, and to be prepared. */
  findKey(key: string, { hashOf }: VerificationRule): HeldKey | undefined | 'unknown' {
    if (this.#through === undefined) return this.#holding.findKey(key, hashOf);
    return this.#through.findKey(key, hashOf) ?? (this.#through.isAbsent(hashOf(key)) ? undefined : 'unknown');
  }

  /** @throws where the store can't be read */
  async load(): Promise<void> {
    try {
      await this.#walk();
    } catch (error) {
      if (!(error instanceof TooManyKeys)) throw error;
      this.#holding = new Holding();
      await this.#walk(['api-product']);
      this.#readThrough();
    }
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

  async #walk(nouns?: readonly HeldNoun[]): Promise<void> {
    const { id, store, keysMax } = this.#options;
    const rule = await store.findRule(id);
    if (rule === undefined) return;
    const take = async (records: readonly RecordChange[]) => {
      this.#applyAll(records);
      if (this.#holding.size > keysMax) throw new TooManyKeys();
      // Whoever asks about another organization does not wait for all of this one.
      await nextTurn();
    };
    const place = await store.walk(id, take, undefined, nouns);
    if (place === undefined) return;
    this.#rule = rule;
    this.#epoch = place.epoch;
    this.#noted = Math.max(this.#noted, place.sequence);
  }

  /** @param held keys that are held as of the last change that was noted, and applied */
  #readThrough(held?: Holding): void {
    const { id, store, clock, log, keysMax } = this.#options;
    log.warn({ organizationId: id, keysMax }, 'more keys than keys-max: only those that are asked for are held');
    const ask = async (hash: string) => {
      const { place, records } = await store.find(id, hash);
      return { position: place, records };
    };
    this.#through = new ReadThrough({ ask, keysMax, monotonic: () => clock.monotonic() });
    this.#through.begin({ epoch: this.#epoch, sequence: this.#noted }, held);
  }

  async #readChanged(): Promise<void> {
    const { id, store, keysMax } = this.#options;
    const names = [...this.#changed.values()];
    // What changes while it is read is noted again, and read again.
    this.#changed.clear();
    try {
      this.#applyAll(await store.read(id, names));
    } catch (error) {
      for (const name of names) this.#changed.set(`${name.noun} ${name.id}`, name);
      throw error;
    }
    // A change that came meanwhile is not applied yet: what is held is not of that moment.
    if (this.#through === undefined && !this.isBehind && this.#holding.size > keysMax) this.#turn();
  }

  #turn(): void {
    const held = this.#holding;
    this.#holding = new Holding();
    for (const record of held.listProducts()) this.#apply({ noun: 'api-product', id: record.id, record });
    this.#readThrough(held);
  }

  #applyAll(records: readonly RecordChange[]): void {
    for (const record of records) {
      this.#apply(record);
      const isParent = record.noun !== 'credential' && record.noun !== 'api-product';
      if (record.record === undefined && isParent) this.#parentsGone++;
    }
  }

  #apply(record: RecordChange): void {
    try {
      if (this.#through === undefined || record.noun === 'api-product') this.#holding.apply(record);
      else this.#through.apply(record, this.#noted);
    } catch (error) {
      const { noun, id } = record;
      this.#options.log.error({ err: error, noun, id }, 'a record can not be held; its keys are refused');
    }
  }
}

class TooManyKeys extends Error {}

export function isHeld(noun: string): noun is HeldNoun {
  return heldNouns.includes(noun);
}
