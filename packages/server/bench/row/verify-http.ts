import type { BareVerifyTask } from '../process/bare-verify.ts';
import type { Served } from '../support/child.ts';
import { CostMeter, describeCosts } from '../support/cost.ts';
import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { nameKnownKey } from '../support/seed-key.ts';
import { seedVerification } from '../support/seed-verification.ts';
import { verifyCall, verifyOne, verifyPath } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const keys = 20_000;
const connections = 64;

/** A gateway's question over HTTP, against the same by hand and against the same bytes without any question. */
export const verifyHttp: Row = { name: 'verify.http', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const { pace } = bench;
  const { data, token } = await seedVerification(bench, { developers: keys, keys });
  const plane = await bench.startPlane({ data });
  const answer = await askOnce(plane, token);
  const task: BareVerifyTask = { kind: 'by-hand', token, keys, answer };
  const [byHand, echo] = [
    await bench.start('bare-verify', task),
    await bench.start('bare-verify', { ...task, kind: 'echo' }),
  ];
  const meters = {
    value: new CostMeter(plane, plane.runtimeUrl),
    byHand: new CostMeter(byHand),
    echo: new CostMeter(echo),
  };
  const traffic = { templates: [verifyOne], developers: keys, tag: 'verify' };
  const measure = (meter: CostMeter, seconds: number) => async () =>
    (await meter.load({ authorization: `Bearer ${token}`, connections, traffic, seconds })).requestsPerSecond;
  for (const meter of Object.values(meters)) {
    await measure(meter, pace.warmSeconds)();
    meter.reset();
  }
  const rates = await interleave(pace.rounds, {
    value: measure(meters.value, pace.roundSeconds),
    byHand: measure(meters.byHand, pace.roundSeconds),
    echo: measure(meters.echo, pace.roundSeconds),
  });
  await Promise.all([plane, byHand, echo].map((served) => served.stop()));
  const judge = (name: string, baseline: 'byHand' | 'echo', bound: number): Judged => ({
    name,
    value: rates.value,
    baseline: rates[baseline],
    ratio: rates.value / rates[baseline],
    aim: { kind: 'ratio-at-least', bound },
    unit: 'requests/s',
    note: describeCosts(meters.value, meters[baseline]),
  });
  return [judge('verify.http', 'byHand', 0.85), judge('verify.http.bare', 'echo', 0.6)];
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
