import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Admission, Holding, hashKey, type RecordChange, type RefusalReason, Verifier } from '@claviger/verify';
import { guard } from '@claviger/verify/node-http';
import { type ConformancePlane, keys } from '../content.ts';
import { type Door, type Driver, type Outcome, readFaultCode } from '../driver.ts';
import { type Row, type Setup, setups } from '../row.ts';
import type { Handed } from '../upstream.ts';
import { exchange, writeRequest } from '../wire.ts';

/** The middleware of node:http, over what a snapshot of the plane holds. */
export const nodeHttpDriver: Driver = {
  name: 'the middleware of node:http',
  foreign: false,
  installed: () => undefined,
  async start({ server, organization, api }) {
    const verifier = await takeSnapshot(server.plane, organization);
    const doors = new Map<Setup, ApiDoor>();
    for (const setup of Object.keys(setups) as Setup[]) doors.set(setup, new ApiDoor(verifier, setup, api));
    await Promise.all([...doors.values()].map((door) => door.listen()));
    const door: Door = {
      async ask(row) {
        const found = doors.get(row.setup);
        assert.ok(found);
        return found.ask(row);
      },
      async close() {
        await Promise.all([...doors.values()].map((each) => each.close()));
      },
    };
    return door;
  },
};

/** An API with the guard in front. Who calls stands in `claviger`, not in headers. */
class ApiDoor {
  readonly #server: Server;
  #reason: 'allowed' | RefusalReason | undefined;
  #handed: Handed[] = [];
  #admission: Admission | undefined;

  constructor(verifier: Verifier, setup: Setup, api: ConformancePlane['api']) {
    const onVerdict = (reason: 'allowed' | RefusalReason) => {
      this.#reason = reason;
    };
    const listener = guard({ verifier, onVerdict, ...api, ...setups[setup] }, (request, response, admission) => {
      const { method = '', url: target = '', rawHeaders } = request;
      const headers = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
      );
      let body = '';
      request.setEncoding('latin1').on('data', (part: string) => (body += part));
      request.on('end', () => {
        this.#handed.push({ method, target, headers, body });
        this.#admission = admission;
        response.end();
      });
    });
    this.#server = createServer(listener);
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async ask({ request }: Row): Promise<Outcome> {
    this.#reason = undefined;
    this.#handed = [];
    this.#admission = undefined;
    const { status, body } = await exchange((this.#server.address() as AddressInfo).port, writeRequest(request));
    const identity = identityOf(this.#admission);
    return { status, reason: this.#reason, faultCode: readFaultCode(body), identity, handed: this.#handed };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

function identityOf(admission: Admission | undefined): Outcome['identity'] {
  if (admission === undefined) return undefined;
  const { app, owner, product } = admission.verdict;
  const by = owner.kind === 'developer' ? { developer: owner.email } : { company: owner.name };
  return { app: app.name, ...by, product: product?.name };
}

/** A verifier that holds all of an organization, with a lookup key of its own. */
async function takeSnapshot({ store }: ConformancePlane['server']['plane'], name: string): Promise<Verifier> {
  const organizationId = (await store.organizations.findByName(name))?.id ?? '';
  const lookupKey = 'l'.repeat(43);
  const hashes = new Map<string, string>();
  for (const key of Object.values(keys)) {
    const credential = await store.credentials.findByKey(organizationId, key);
    if (credential !== undefined) hashes.set(credential.id, hashKey(lookupKey, key));
  }
  const holding = new Holding();
  await store.verification.walk(organizationId, async (changes) => {
    for (const change of changes) holding.apply(rehash(change, hashes));
  });
  const verifier = new Verifier();
  verifier.adopt(holding, { organization: name, productlessKeys: 'work', lookupKey });
  verifier.tellTime(Date.now(), performance.now());
  verifier.heard(performance.now());
  return verifier;
}

function rehash(change: RecordChange, hashes: ReadonlyMap<string, string>): RecordChange {
  if (change.noun !== 'credential' || change.record === undefined) return change;
  return { ...change, hash: hashes.get(change.id) ?? hashKey('unknown', change.id) };
}
