import { join } from 'node:path';
import type { BareVerifyTask } from '../process/bare-verify.ts';
import type { BetterAuthTask } from '../process/better-auth.ts';
import type { Served } from '../support/child.ts';
import type { Contender } from '../support/contender.ts';
import { CostMeter, describeCosts } from '../support/cost.ts';
import { interleave } from '../support/interleave.ts';
import { listMissingPackages, startNginxLuaRedis } from '../support/nginx-lua-redis.ts';
import type { Judged, Row } from '../support/row.ts';
import { nameKnownKey } from '../support/seed-key.ts';
import { seedVerification } from '../support/seed-verification.ts';
import { settle } from '../support/settle.ts';
import { verifyCall, verifyOne, verifyPath } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const keys = 10_000;
const connections = 64;
const aims = { '': 0.85, '.bare': 0.6, '.nginx-lua-redis': 1.1, '.better-auth': 20 } as const;
type Rival = keyof typeof aims;

/** It inserts them one by one, and each is a commit. */
const betterAuthKeys = 2000;
const betterAuthVersion = '1.7.5';
const betterAuthConfiguration = {
  rateLimit: { enabled: false },
  enableMetadata: false,
  defaultKeyLength: 32,
  keyExpiration: { defaultExpiresIn: null },
  startingCharactersConfig: { shouldStore: false },
};

/** A gateway's question over HTTP: against the same by hand, the same bytes without a question, and what others offer. */
export const verifyHttp: Row = { name: 'verify.http', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { pace } = bench;
  const { data, token } = await seedVerification(bench, { developers: keys, keys });
  const plane = await bench.startPlane({ data });
  const answer = await askOnce(plane, token);
  await settle(plane);
  const rivals = await startRivals(bench, { token, answer });
  const meter = new CostMeter(plane, plane.runtimeUrl);
  const meters = new Map([...rivals].map(([name, rival]) => [name, new CostMeter(rival)]));
  const measure = (of: CostMeter, asked: number, seconds: number) => async () => {
    const traffic = { templates: [verifyOne], developers: asked, tag: 'verify' };
    return (await of.load({ authorization: `Bearer ${token}`, connections, traffic, seconds })).requestsPerSecond;
  };
  const keysOf = (name: Rival) => rivals.get(name)?.keys ?? keys;
  const measures: Record<string, () => Promise<number>> = { value: measure(meter, keys, pace.roundSeconds) };
  for (const [name, each] of meters) measures[`rival${name}`] = measure(each, keysOf(name), pace.roundSeconds);
  await meter.warmUp(pace, (seconds) => measure(meter, keys, seconds)());
  for (const [name, each] of meters) await each.warmUp(pace, (seconds) => measure(each, keysOf(name), seconds)());
  const rates = await interleave(pace.rounds, measures);
  await Promise.all([plane.stop(), ...[...rivals.values()].map((rival) => rival.stop())]);
  return (Object.keys(aims) as Rival[]).map((name) => {
    const [value, baseline] = [rates['value'] ?? Number.NaN, rates[`rival${name}`] ?? Number.NaN];
    const against = meters.get(name);
    const notes = [against && describeCosts(meter, against), rivals.get(name)?.note ?? nameMissing(against)];
    return {
      name: `verify.http${name}`,
      value,
      baseline,
      ratio: value / baseline,
      aim: { kind: 'ratio-at-least', bound: aims[name] },
      unit: 'requests/s',
      note: notes.filter((note) => note !== undefined).join('; '),
    };
  });
}

function nameMissing(meter: CostMeter | undefined): string | undefined {
  return meter === undefined ? `NOT MEASURED: install ${listMissingPackages().join(', ')}` : undefined;
}

async function startRivals(
  bench: Workbench,
  { token, answer }: { readonly token: string; readonly answer: string },
): Promise<Map<Rival, Contender>> {
  const byHand: BareVerifyTask = { kind: 'by-hand', token, keys, answer };
  const rivals = new Map<Rival, Contender>([
    ['', await bench.start('bare-verify', byHand)],
    ['.bare', await bench.start('bare-verify', { ...byHand, kind: 'echo' })],
  ]);
  if (listMissingPackages().length === 0) {
    const task = { directory: bench.newDirectory(), token, keys, answer };
    rivals.set('.nginx-lua-redis', bench.adopt(await startNginxLuaRedis(task)));
  }
  const file = join(bench.newDirectory(), 'better-auth.db');
  const task: BetterAuthTask = { file, token, keys: betterAuthKeys, configuration: betterAuthConfiguration };
  const note = `better-auth ${betterAuthVersion}, api-key ${JSON.stringify(betterAuthConfiguration)}`;
  rivals.set('.better-auth', { ...(await bench.start('better-auth', task)), keys: betterAuthKeys, note });
  return rivals;
}

/** What the server says of one of the keys. @throws Error where it does not allow it */
export async function askOnce({ runtimeUrl }: Served, token: string): Promise<string> {
  const response = await fetch(`${runtimeUrl}${verifyPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: nameKnownKey(0), ...verifyCall }),
  });
  const text = await response.text();
  if (!text.startsWith('{"allowed":true')) throw new Error(`a key that works was answered ${response.status}: ${text}`);
  return text;
}
