import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { packedSnapshotType, type RecordChange, SnapshotPacker } from '../src/index.ts';
import { facts } from './population.ts';

/** Below those that Linux gives away, and above those that somebody has by habit. */
const [portsFrom, portsTo] = [20_000, 32_768];

/** What the plane was told with a poll. */
export interface ToldPoll {
  readonly epoch: string;
  readonly after: number;
  readonly hold: number;
  readonly verifier: string;
  readonly name: string;
  readonly maxStaleness: number | null;
}

/** Answers in the place of an honest plane, which would have answered `honest`, a character a byte. */
export type Script = (response: ServerResponse, honest: string) => void;

type Call = 'snapshot' | 'poll' | 'find';

/** The plane's side of SPEC.md over real sockets, that lies and fails as a test tells it. */
export class Plane {
  epoch = 'e1';
  /** The runtime credential that it takes. */
  token = 'secret';
  planeTime = () => 2_000_000;
  productlessKeys: 'work' | 'refused' = 'work';
  readonly polls: ToldPoll[] = [];
  readonly left: string[] = [];
  snapshots = 0;
  /** Whether it packs a snapshot for who asks for that. */
  packs = false;
  /** Hashes of keys that it was asked for, in hex. */
  readonly finds: string[] = [];
  #log: RecordChange[] = [];
  readonly #records = new Map<string, RecordChange>();
  readonly #scripts: Record<Call, Script[]> = { snapshot: [], poll: [], find: [] };
  readonly #bells = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get sequence(): number {
    return this.#log.length;
  }

  append(...changes: readonly RecordChange[]): void {
    for (const change of changes) {
      this.#log.push(change);
      if (change.record === undefined) this.#records.delete(change.id);
      else this.#records.set(change.id, change);
    }
    for (const ring of this.#bells) ring();
  }

  /** The next call of this kind is answered by the script. */
  script(call: Call, ...scripts: readonly Script[]): void {
    this.#scripts[call].push(...scripts);
  }

  /** As after a restore from a backup: some changes never were. */
  restore(lost: readonly RecordChange[]): void {
    this.epoch += 'x';
    for (const { id } of lost) this.#records.delete(id);
    this.#log = this.#log.filter((change) => !lost.includes(change));
    for (const ring of this.#bells) ring();
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await this.#listen(server);
    this.#server = server;
  }

  /**
   * Again on the port of before, which is none of those that the system gives to whoever asks for any: nobody else gets
   * it while the plane is down.
   */
  async #listen(server: Server): Promise<void> {
    const port = this.#port === 0 ? randomInt(portsFrom, portsTo) : this.#port;
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      this.#port = port;
    } catch (error) {
      if (this.#port !== 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await this.#listen(server);
    }
  }

  /** As kill -9 does: every connection breaks. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((done) => server.close(done));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += part;
    const path = request.url ?? '';
    if (request.headers.authorization !== `Bearer ${this.token}`) response.writeHead(401).end();
    else if (path === '/claviger/v1/feed/snapshot?format=1') this.#sendSnapshot(request, response);
    else if (path === '/claviger/v1/feed/snapshot?format=1&keys=none') {
      this.#sendSnapshot(request, response, ({ noun }) => noun === 'api-product');
    } else if (path === '/claviger/v1/feed/find') this.#find(JSON.parse(body), response);
    else if (path === '/claviger/v1/feed/poll') await this.#poll(JSON.parse(body), response);
    else if (path === '/claviger/v1/feed/leave') {
      this.left.push(JSON.parse(body).verifier);
      response.end('{}');
    } else response.writeHead(404).end();
  }

  #send(call: Call, response: ServerResponse, honest: string): void {
    const script = this.#scripts[call].shift();
    if (script !== undefined) script(response, honest);
    else response.end(honest, 'latin1');
  }

  #sendSnapshot(request: IncomingMessage, response: ServerResponse, isIn = (_: RecordChange) => true): void {
    this.snapshots += 1;
    const lines = this.#snapshot(isIn);
    if (!this.packs || request.headers.accept?.includes(packedSnapshotType) !== true) {
      this.#send('snapshot', response, Buffer.from(lines).toString('latin1'));
      return;
    }
    const packer = new SnapshotPacker();
    const records = [...this.#records.values()].filter(isIn);
    const [head = '', end = ''] = [lines.slice(0, lines.indexOf('\n')), lines.trimEnd().split('\n').at(-1)];
    const batches = packer.packRecords(records, (record) => JSON.stringify(encode(record)));
    const packed = Buffer.concat([packer.packLine(head), ...batches, packer.packLine(end)]);
    response.setHeader('content-type', packedSnapshotType);
    this.#send('snapshot', response, packed.toString('latin1'));
  }

  #snapshot(isIn: (change: RecordChange) => boolean): string {
    const { epoch, sequence, productlessKeys } = this;
    const head = { kind: 'head', format: 1, epoch, sequence, ...facts, productlessKeys, planeTime: this.planeTime() };
    const counts = { credential: 0, app: 0, developer: 0, company: 0, 'api-product': 0 };
    const records = [...this.#records.values()].filter(isIn);
    for (const { noun } of records) counts[noun] += 1;
    const lines = [head, ...records.map(encode), { kind: 'end', counts }];
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  #find({ hash }: { hash: string }, response: ServerResponse): void {
    this.finds.push(hash);
    const { epoch, sequence } = this;
    const records = this.#recordsOf(Buffer.from(hash, 'hex').toString('latin1')).map(encode);
    this.#send('find', response, asBytes({ kind: 'found', epoch, sequence, records }));
  }

  #recordsOf(hash: string): RecordChange[] {
    const credential = [...this.#records.values()].find((each) => 'hash' in each && each.hash === hash);
    const app = credential?.noun === 'credential' ? this.#records.get(credential.record?.appId ?? '') : undefined;
    const owner = app?.noun === 'app' ? this.#records.get(app.record?.owner.id ?? '') : undefined;
    return credential && app && owner ? [credential, app, owner] : [];
  }

  async #poll(told: ToldPoll, response: ServerResponse): Promise<void> {
    this.polls.push(told);
    if (told.epoch === this.epoch && told.after === this.sequence && told.hold > 0)
      await this.#wait(told.hold, response);
    this.#send('poll', response, asBytes(this.#changes(told)));
  }

  #changes({ epoch, after }: ToldPoll): object {
    if (epoch !== this.epoch) return { kind: 'start-over' };
    const part = this.#log.slice(after, after + 3);
    const changes = part.map((change, at) => ({ sequence: after + at + 1, previous: after + at, ...encode(change) }));
    const to = after + part.length;
    return { kind: 'changes', epoch, changes, to, more: to < this.sequence, planeTime: this.planeTime() };
  }

  #wait(milliseconds: number, response: ServerResponse): Promise<void> {
    return new Promise((done) => {
      const ring = () => {
        clearTimeout(timer);
        this.#bells.delete(ring);
        done();
      };
      const timer = setTimeout(ring, milliseconds);
      this.#bells.add(ring);
      response.on('close', ring);
    });
  }
}

function asBytes(answer: object): string {
  return Buffer.from(JSON.stringify(answer)).toString('latin1');
}

/** A change as it stands on the wire. */
export function encode(change: RecordChange): object {
  const { noun, id, record } = change;
  if (!('hash' in change)) return { noun, id, record: record ?? null };
  return { noun, id, record, hash: Buffer.from(change.hash, 'latin1').toString('hex') };
}
