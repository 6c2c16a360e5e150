import { Agent, request as send } from 'node:http';
import type { Served } from '../support/child.ts';
import type { Judged, Row } from '../support/row.ts';
import { emailOf, numberDigits, organization } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const developers = 100;
const verifierCount = 8;

/** How long a call that takes a right away takes, one after another, with verifiers that have to say so and without. */
export const revokeLatency: Row = { name: 'revoke.latency', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const watched = await startRevoker(bench);
  const alone = await startRevoker(bench);
  const token = await makeToken(watched.served, bench.authorization);
  const task = { url: watched.served.runtimeUrl, token, count: verifierCount };
  const verifiers = await bench.start('verifiers', task);
  const { pace } = bench;
  const times = { value: [] as number[], baseline: [] as number[] };
  for (const revoker of [watched, alone]) await revoker.revokeFor(pace.warmSeconds);
  for (let round = 0; round < pace.rounds; round++) {
    times.value.push(...(await watched.revokeFor(pace.roundSeconds)));
    times.baseline.push(...(await alone.revokeFor(pace.roundSeconds)));
  }
  const [, appliedBy, total] = /^(\d+)\/(\d+)$/.exec(watched.applied) ?? [];
  if (appliedBy !== total || Number(total) < verifierCount)
    throw new Error(`the verifiers were not waited for: ${watched.applied}`);
  await Promise.all([verifiers, watched.served, alone.served].map((served) => served.stop()));
  return [judge('p99', 0.99, times), judge('p50', 0.5, times)];
}

function judge(name: string, share: number, times: { value: readonly number[]; baseline: readonly number[] }): Judged {
  const [value, baseline] = [quantile(times.value, share), quantile(times.baseline, share)];
  return {
    name: `${revokeLatency.name}.${name}`,
    value,
    baseline,
    ratio: value / baseline,
    aim: { kind: 'difference-at-most', bound: 25 },
    unit: 'ms',
    note: `${verifierCount} verifiers in a process of their own; ${times.value.length} and ${times.baseline.length} calls`,
  };
}

function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

interface Revoker {
  readonly served: Served;
  /** What the last revoking call said of who has applied it. */
  readonly applied: string;
  /** Milliseconds of each revoking call. */
  revokeFor(seconds: number): Promise<number[]>;
}

async function startRevoker(bench: Workbench): Promise<Revoker> {
  const served = await bench.startPlane({ data: await bench.newStore() });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { authorization } = bench;
  let applied = '';
  let next = 0;
  const collection = `${served.url}/v1/organizations/${organization}/developers`;
  const emails = Array.from({ length: developers }, (_, at) => emailOf(String(at).padStart(numberDigits, '0')));
  for (const email of emails) {
    const body = { email, firstName: 'Ada', lastName: 'Lovelace', userName: 'ada' };
    await post(collection, { agent, authorization, body: JSON.stringify(body) });
  }
  const set = (number: number, action: 'inactive' | 'active') =>
    post(`${collection}/${emails[number]}?action=${action}`, { agent, authorization, body: '' });
  return {
    served,
    get applied() {
      return applied;
    },
    async revokeFor(seconds) {
      const times: number[] = [];
      for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
        next = (next + 1) % developers;
        const sent = performance.now();
        applied = (await set(next, 'inactive')) ?? '';
        times.push(performance.now() - sent);
        await set(next, 'active');
      }
      return times;
    },
  };
}

interface Posting {
  readonly agent: Agent;
  readonly authorization: string;
  /** JSON, or nothing. */
  readonly body: string;
}

/** Resolves to the header that tells who has applied it. */
function post(url: string, { agent, authorization, body }: Posting): Promise<string | undefined> {
  const type = body === '' ? 'application/octet-stream' : 'application/json';
  const headers = { authorization, 'content-type': type, 'content-length': Buffer.byteLength(body) };
  return new Promise((done, fail) => {
    const request = send(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('error', fail);
      response.once('end', () => {
        if ((response.statusCode ?? 500) >= 300) fail(new Error(`${url} is answered ${response.statusCode}`));
        else done(response.headers['claviger-applied']?.toString());
      });
    });
    request.once('error', fail).end(body);
  });
}

async function makeToken({ url }: Served, authorization: string): Promise<string> {
  const answer = await fetch(`${url}/claviger/v1/organizations/${organization}/runtime-credentials`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench' }),
  });
  if (answer.status !== 201) throw new Error(`no runtime credential: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}
