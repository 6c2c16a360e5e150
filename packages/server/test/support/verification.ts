import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetServer } from './every-store.ts';
import type { TestResponse, TestServer } from './server.ts';

/** An answer of the runtime listener, as far as tests look at it. */
export interface ShownVerdict {
  readonly allowed: boolean;
  readonly reason?: string;
  readonly fault?: { readonly status: number; readonly code: string; readonly text: string };
  readonly credential?: { readonly id: string; readonly expiresAt: string | null };
  readonly app?: { readonly id: string; readonly name: string };
  readonly developer?: { readonly email: string };
  readonly company?: { readonly name: string };
  readonly product?: { readonly name: string } | null;
  readonly quota?: object | null;
  readonly variables?: Readonly<Record<string, string>>;
  readonly checks?: readonly { readonly check: string; readonly passed: boolean }[];
}

/** A gateway with a credential of one organization. */
export interface Gateway {
  readonly token: string;
  ask(question: object): Promise<ShownVerdict>;
  /** Asks until this is the answer: the verifier follows a moment behind the plane. `allowed`, or a reason. */
  until(question: object, wanted: string): Promise<ShownVerdict>;
}

/** Long enough for a busy machine; a test that waits so long has failed. */
const patienceMilliseconds = 60_000;

export async function makeRuntimeToken(server: TestServer, organization: string, name = 'gateway'): Promise<string> {
  const path = `/claviger/v1/organizations/${organization}/runtime-credentials`;
  const made = await server.request('POST', path, { json: { name } });
  assert.equal(made.status, 201, made.text);
  return made.json<{ token: string }>().token;
}

export interface Raw {
  readonly authorization?: string | undefined;
  readonly body?: string | undefined;
  readonly type?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One request to the runtime listener. */
export async function sendRuntime(server: TestServer, raw: Raw): Promise<Omit<TestResponse, 'json'>> {
  const headers = new Headers(raw.headers);
  if (raw.authorization !== undefined) headers.set('authorization', raw.authorization);
  if (raw.type !== undefined) headers.set('content-type', raw.type);
  const body = raw.body === undefined ? null : new TextEncoder().encode(raw.body);
  const url = `${server.runtimeUrl}${raw.path ?? '/claviger/v1/verify'}`;
  const response = await fetch(url, { method: raw.method ?? 'POST', headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export async function openGateway(server: GetServer, organization: string): Promise<Gateway> {
  const token = await makeRuntimeToken(server(), organization);
  const ask = async (question: object): Promise<ShownVerdict> => {
    const authorization = `Bearer ${token}`;
    const body = JSON.stringify(question);
    const answer = await sendRuntime(server(), { authorization, body, type: 'application/json' });
    assert.equal(answer.status, 200, answer.text);
    return JSON.parse(answer.text) as ShownVerdict;
  };
  return {
    token,
    ask,
    async until(question, wanted) {
      const end = performance.now() + patienceMilliseconds;
      for (;;) {
        const verdict = await ask(question);
        const found = verdict.allowed ? 'allowed' : verdict.reason;
        if (found === wanted) return verdict;
        if (performance.now() > end) assert.fail(`${found}, and never ${wanted}`);
        await sleep(10);
      }
    },
  };
}
