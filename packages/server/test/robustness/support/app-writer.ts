import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCompany, planAppStep, products } from './app-state.ts';
import type { Client } from './client.ts';
import { memberEmails } from './company-state.ts';
import type { AppSlot, Ledger } from './ledger.ts';
import type { Tree } from './tree.ts';

const slotsOfWriter = 2;
const developerPath = '/edge/v1/organizations/myorg/developers';
const productPath = '/edge/v1/organizations/myorg/apiproducts';

/** Changes a developer and a company of its own, each with an app and its keys, one call after another, and keeps the ledger. */
export class AppWriter {
  readonly #client: Client;
  readonly #ledger: Ledger;
  readonly #name: string;
  #slots: AppSlot[] = [];
  #serial = 0;
  #stopped = false;

  constructor(client: Client, ledger: Ledger, name: string) {
    this.#client = client;
    this.#ledger = ledger;
    this.#name = name;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    while (!this.#stopped) if (!(await this.#step())) await sleep(5);
  }

  async #step(): Promise<boolean> {
    const slot = this.#pickSlot();
    const { request, after } = planAppStep(slot.owner, slot.tree, `${this.#name}.${++this.#serial}`);
    const answer = await this.#client.send(request).catch(() => undefined);
    const ended = request.method === 'DELETE' && request.path.endsWith(slot.owner);
    const gone = ended ? slot.tree?.app?.id : undefined;
    const ofApps = isCompany(slot.owner) || request.path.includes('/apps');
    if (answer === undefined || answer.status === 503) {
      slot.unanswered = { tree: after(undefined), ofApps };
      if (gone !== undefined) this.#ledger.appsGone.add(gone);
      this.#slots = this.#slots.filter((each) => each !== slot);
      return false;
    }
    if (answer.status >= 300) {
      this.#ledger.refused.push(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
      return false;
    }
    if (gone !== undefined) this.#ledger.appsGone.add(gone);
    slot.tree = after(answer);
    const acknowledged = ofApps ? this.#ledger.appsAcknowledged : this.#ledger.acknowledged;
    acknowledged.add(String(answer.headers['x-request-id']));
    return true;
  }

  #pickSlot(): AppSlot {
    const known = this.#slots[randomInt(slotsOfWriter)];
    if (known !== undefined) return known;
    // The other kind than the one that it has.
    const name = `keys-${this.#name}-${++this.#serial}`;
    const owner = this.#slots.some((each) => !isCompany(each.owner)) ? name : `${name}@example.com`;
    const slot: AppSlot = { owner, tree: undefined as Tree, unanswered: undefined };
    if (this.#slots.length < slotsOfWriter) this.#slots.push(slot);
    this.#ledger.appSlots.set(owner, slot);
    return slot;
  }
}

/** Once for a store; a later round finds them there. */
export async function makeProducts(client: Client): Promise<void> {
  for (const [name, status] of Object.entries(products)) {
    const body = { name, displayName: name, approvalType: status === 'approved' ? 'auto' : 'manual' };
    const { status: answered, text } = await client.send({ method: 'POST', path: productPath, body });
    if (answered !== 201 && answered !== 409) throw new Error(text);
  }
}

/** The same, of those who belong to companies. */
export async function makeMembers(client: Client, ledger: Ledger): Promise<void> {
  for (const email of memberEmails) {
    if (ledger.shared.has(email)) continue;
    const body = { email, firstName: 'Ann', lastName: 'Member' };
    const { status, text, headers } = await client.send({ method: 'POST', path: developerPath, body });
    if (status !== 201) throw new Error(text);
    ledger.acknowledged.add(String(headers['x-request-id']));
    ledger.shared.add(email);
  }
}
