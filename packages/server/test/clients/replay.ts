import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Dialect } from '../../src/domain/dialect.ts';
import type { TestResponse } from '../support/server.ts';
import { type ClientSuite, readLogin } from './suite.ts';

/**
 * The calls of a client that is not on npm, as it makes them, and what it wants of the answers. In texts, `{org}` stands
 * for the organization, `{login}` and `{password}` for the credentials, and other names for what a step has saved.
 */
export interface Replay {
  readonly client: string;
  /** Where its ways are told. */
  readonly source: string;
  readonly dialect: Dialect;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly steps: readonly ReplayStep[];
}

export interface ReplayStep {
  readonly does: string;
  /** Verb and target, encoded as the client encodes it. */
  readonly call: string;
  /** `Bearer {access_token}`; absent: Basic. */
  readonly auth?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
  readonly xml?: string;
  /** What the client takes. */
  readonly status: number | readonly number[];
  /** Members that the answer has to have, with their values; of a list, entries in this order. */
  readonly has?: object;
  /** The whole answer. */
  readonly is?: unknown;
  /** Claims that a member of the answer has to have, which is a token that the client reads. */
  readonly jwt?: Readonly<Record<string, object>>;
  /** How many entries a list of the answer has: `{ credentials: 1 }`. */
  readonly lengths?: Readonly<Record<string, number>>;
  /** The only member that the answer has: what PHP's `reset()` gives. */
  readonly only?: string;
  /** Where the answer has numbers as texts: `credentials.0.expiresAt`. Go fails to read a number there. */
  readonly texts?: readonly string[];
  /** Where it has numbers as numbers. */
  readonly numbers?: readonly string[];
  /** Members of the answer to keep for later steps. */
  readonly save?: readonly string[];
  /** The same for what lies deeper, by the name to keep it under: `{ key: 'credentials.0.consumerKey' }`. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** Makes a test of each step, in order, in an organization of the client's own. */
export function defineReplay(replay: Replay, { server, recorder }: ClientSuite): void {
  const organization = replay.client.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const saved = new Map<string, string>([['org', organization]]);
  const fill = (text: string) => text.replace(/\{([a-zA-Z_]+)\}/g, (hole, name: string) => saved.get(name) ?? hole);
  const fillAll = <T>(value: T): T => (value === undefined ? value : (JSON.parse(fill(JSON.stringify(value))) as T));

  describe(`${replay.client} (${replay.source})`, () => {
    before(async () => {
      await server().makeOrganization(organization, replay.dialect);
      const { email, password } = readLogin(server().adminAuth);
      saved.set('login', email).set('password', password);
    });

    for (const step of replay.steps) {
      it(step.does, async () => {
        const [method = '', path = ''] = step.call.split(/ (.*)/);
        const answer = await recorder().as(replay.client, () =>
          server().request(method, fill(path), {
            auth: step.auth === undefined ? undefined : fill(step.auth),
            headers: { ...replay.headers, ...step.headers },
            json: fillAll(step.json),
            form: fillAll(step.form),
            xml: fillAll(step.xml),
          }),
        );
        checkAnswer(step, answer, fillAll);
        for (const name of step.save ?? []) saved.set(name, String(readPath(answer.json(), name)));
        for (const [name, path] of Object.entries(step.keep ?? {})) {
          saved.set(name, String(readPath(answer.json(), path)));
        }
      });
    }
  });
}

function checkAnswer(step: ReplayStep, answer: TestResponse, fillAll: <T>(value: T) => T): void {
  const statuses = typeof step.status === 'number' ? [step.status] : step.status;
  assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text}`);
  if (answer.status !== 204) assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  if (step.has !== undefined) assert.partialDeepStrictEqual(answer.json(), fillAll(step.has));
  if (step.is !== undefined) assert.deepEqual(answer.json(), fillAll(step.is));
  for (const [path, length] of Object.entries(step.lengths ?? {})) {
    assert.equal((readPath(answer.json(), path) as readonly unknown[]).length, length, path);
  }
  if (step.only !== undefined) assert.deepEqual(Object.keys(answer.json<object>()), [step.only]);
  for (const path of step.texts ?? []) assert.match(String(readPath(answer.json(), path)), /^-?\d+$/, path);
  for (const path of step.texts ?? []) assert.equal(typeof readPath(answer.json(), path), 'string', path);
  for (const path of step.numbers ?? []) assert.equal(typeof readPath(answer.json(), path), 'number', path);
  for (const [name, claims] of Object.entries(step.jwt ?? {})) {
    const token = String(answer.json<Record<string, unknown>>()[name]);
    assert.partialDeepStrictEqual(readClaims(token), fillAll(claims));
  }
}

function readPath(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) found = (found as Readonly<Record<string, unknown>>)[name];
  return found;
}

function readClaims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
