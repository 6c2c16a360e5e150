import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attribute } from '../../../src/domain/attribute.ts';
import type { Client, ClientAnswer, ClientRequest } from './client.ts';
import type { DeveloperState, Ledger, SharedCell, Slot } from './ledger.ts';

const slotsOfWriter = 6;
const organizationPaths = ['/edge/v1/organizations/myorg', '/x/v1/organizations/myorg'] as const;
const edgePath = organizationPaths[0];

interface Step {
  readonly request: ClientRequest;
  /** The state afterwards; told the id that the answer names, where it makes a developer. */
  readonly after: (id: string) => DeveloperState | undefined;
}

/** Changes its own developers and its own attribute of the shared one, one call after another, and keeps the ledger. */
export class Writer {
  readonly #client: Client;
  readonly #ledger: Ledger;
  readonly #name: string;
  readonly #sharedEmail: string;
  #slots: Slot[] = [];
  #serial = 0;
  #stopped = false;

  constructor(client: Client, ledger: Ledger, { name, sharedEmail }: { name: string; sharedEmail: string }) {
    this.#client = client;
    this.#ledger = ledger;
    this.#name = name;
    this.#sharedEmail = sharedEmail;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Until it is stopped. A connection that ends leaves one call unanswered, and the writer goes on elsewhere. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const cell = this.#openCell();
      const shared = cell.unanswered === undefined && randomInt(12) === 0;
      const answered = shared ? await this.#setShared(cell) : await this.#changeOwn();
      if (!answered) await sleep(5);
    }
  }

  async #changeOwn(): Promise<boolean> {
    const slot = this.#pickSlot();
    const { request, after } = planStep(slot, `${this.#name}.${++this.#serial}`);
    const outcome = await this.#call(request);
    if (outcome.kind === 'acknowledged') slot.state = after(readId(outcome.answer));
    if (outcome.kind === 'unanswered') {
      slot.unanswered = { state: after('') };
      this.#slots = this.#slots.filter((each) => each !== slot);
    }
    return outcome.kind === 'acknowledged';
  }

  #pickSlot(): Slot {
    if (this.#slots.length === slotsOfWriter) {
      const slot = this.#slots[randomInt(slotsOfWriter)];
      if (slot !== undefined) return slot;
    }
    const name = `${this.#name}-${++this.#serial}@example.com`;
    const slot: Slot = { name, state: undefined, unanswered: undefined };
    this.#slots.push(slot);
    this.#ledger.slots.set(name, slot);
    return slot;
  }

  async #setShared(cell: SharedCell): Promise<boolean> {
    const value = `value ${++this.#serial}`;
    const path = `${pickOrganization()}/developers/${cell.email}/attributes/${cell.name}`;
    const outcome = await this.#call({ method: 'POST', path, body: { name: cell.name, value } });
    if (outcome.kind === 'acknowledged') cell.value = value;
    // From here on nobody knows which of the two it is: the writer leaves the cell alone.
    if (outcome.kind === 'unanswered') cell.unanswered = value;
    return outcome.kind === 'acknowledged';
  }

  #openCell(): SharedCell {
    const known = this.#ledger.cells.get(this.#name);
    if (known !== undefined) return known;
    const cell: SharedCell = { email: this.#sharedEmail, name: this.#name, value: undefined, unanswered: undefined };
    this.#ledger.cells.set(this.#name, cell);
    return cell;
  }

  /** 503 tells that nobody knows: the store may have committed before it was lost. */
  async #call(request: ClientRequest): Promise<Outcome> {
    let answer: ClientAnswer;
    try {
      answer = await this.#client.send(request);
    } catch {
      return { kind: 'unanswered' };
    }
    if (answer.status >= 200 && answer.status < 300) {
      this.#ledger.acknowledged.add(String(answer.headers['x-request-id']));
      return { kind: 'acknowledged', answer };
    }
    if (answer.status === 503) return { kind: 'unanswered' };
    this.#ledger.refused.push(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
    return { kind: 'refused' };
  }
}

type Outcome =
  | { readonly kind: 'acknowledged'; readonly answer: ClientAnswer }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unanswered' };

function pickOrganization(): string {
  return organizationPaths[randomInt(organizationPaths.length)] ?? edgePath;
}

function readId({ text }: ClientAnswer): string {
  const id: unknown = text.startsWith('{') ? (JSON.parse(text) as { developerId?: unknown }).developerId : undefined;
  return typeof id === 'string' ? id : '';
}

function planStep(slot: Slot, mark: string): Step {
  const { state } = slot;
  if (state === undefined) return planCreate(slot, mark);
  const plans = [
    planUpdate,
    planUpdate,
    planRename,
    planStatus,
    planAttribute,
    planAttribute,
    planAttributes,
    planDelete,
  ];
  return (plans[randomInt(plans.length)] ?? planUpdate)(state, mark);
}

function profileOf(email: string, mark: string) {
  const attributes: Attribute[] = [
    { name: 'mark', value: mark },
    { name: 'filler', value: 'x'.repeat(randomInt(400)) },
  ];
  return { email, firstName: `First ${mark}`, lastName: `Last ${mark}`, userName: mark, attributes };
}

function planCreate(slot: Slot, mark: string): Step {
  const profile = profileOf(slot.name, mark);
  return {
    request: { method: 'POST', path: `${pickOrganization()}/developers`, body: profile },
    after: (id) => ({ ...profile, id, status: 'active', version: 1 }),
  };
}

function planUpdate(state: DeveloperState, mark: string): Step {
  const profile = profileOf(state.email, mark);
  return {
    request: { method: 'PUT', path: `${pickOrganization()}/developers/${state.email}`, body: profile },
    after: () => ({ ...state, ...profile, version: state.version + 1 }),
  };
}

function planRename(state: DeveloperState, mark: string): Step {
  const renamed = state.email.includes('-renamed@');
  const email = renamed ? state.email.replace('-renamed@', '@') : state.email.replace('@', '-renamed@');
  const profile = profileOf(email, mark);
  return {
    request: { method: 'PUT', path: `${edgePath}/developers/${state.id}`, body: profile },
    after: () => ({ ...state, ...profile, version: state.version + 1 }),
  };
}

function planStatus(state: DeveloperState): Step {
  const status = state.status === 'active' ? 'inactive' : 'active';
  return {
    request: { method: 'POST', path: `${pickOrganization()}/developers/${state.email}?action=${status}` },
    after: () => ({ ...state, status, version: state.version + 1 }),
  };
}

function planAttribute(state: DeveloperState, mark: string): Step {
  const { attributes } = state;
  const at = attributes.findIndex(({ name }) => name === 'single');
  const attribute = { name: 'single', value: mark };
  const next = at < 0 ? [...attributes, attribute] : attributes.with(at, attribute);
  const path = `${pickOrganization()}/developers/${state.id}/attributes/single`;
  return {
    request: { method: 'POST', path, body: attribute },
    after: () => ({ ...state, attributes: next, version: state.version + 1 }),
  };
}

function planAttributes(state: DeveloperState, mark: string): Step {
  const attribute = [{ name: 'mark', value: mark }];
  const path = `${pickOrganization()}/developers/${state.email}/attributes`;
  return {
    request: { method: 'POST', path, body: { attribute } },
    after: () => ({ ...state, attributes: attribute, version: state.version + 1 }),
  };
}

function planDelete(state: DeveloperState): Step {
  return {
    request: { method: 'DELETE', path: `${pickOrganization()}/developers/${state.email}` },
    after: () => undefined,
  };
}
