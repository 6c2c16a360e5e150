import { randomBytes } from 'node:crypto';
import { formatToken } from '../../src/domain/token-text.ts';
import { checkMethod } from '../../test/support/envoy.ts';
import type { GrpcTask } from '../process/verify-grpc.ts';
import type { Served } from '../support/child.ts';
import { askGrpc, loadGrpc, writeCheck } from '../support/grpc-load.ts';
import { interleave } from '../support/interleave.ts';
import type { Pace } from '../support/pace.ts';
import type { Judged, Row } from '../support/row.ts';
import { settle } from '../support/settle.ts';
import type { Workbench } from '../support/workbench.ts';

const keys = 5000;
const warmMillisecondsMax = 20_000;
/** A round is cut into so many: what else the machine does comes in bursts, and a median of few rounds keeps one of them. */
const cuts = 4;

/** Envoy's question over gRPC, against grpc-js that answers as many bytes without a question. */
export const verifyGrpc: Row = { name: 'verify.grpc', run };

/**
 * Judged by what a second of the server's processor gives: the client, which is grpc-js as well, costs more than either
 * server, and a rate over the wall would measure the client.
 */
async function run(bench: Workbench): Promise<Judged[]> {
  const { pace } = bench;
  const secret = randomBytes(32);
  const token = formatToken('runtime', secret);
  const requests = Array.from({ length: keys }, (_, number) => writeCheck(number));
  const check: GrpcTask = { kind: 'check', keys, tokenBytes: secret.toString('hex') };
  const plane = await bench.start('verify-grpc', check);
  const answer = await askGrpc(plane.url, token, requests[0] ?? Buffer.alloc(0));
  if (!('ok_response' in checkMethod.responseDeserialize(answer))) throw new Error('a key that works was refused');
  const echo = await bench.start('verify-grpc', { kind: 'echo', answerBytes: answer.length } satisfies GrpcTask);
  const rates = new Map<Served, number>();
  const measure = (served: Served, seconds: number) => async () => {
    const before = (await served.readUsage()).cpuMicroseconds;
    const answered = await loadGrpc({ url: served.url, token, requests, seconds });
    rates.set(served, answered / seconds);
    return answered / (((await served.readUsage()).cpuMicroseconds - before) / 1e6);
  };
  await settle(plane);
  const load = { token, requests, seconds: pace.warmSeconds };
  for (const { url } of [plane, echo]) await warmUp(pace, () => loadGrpc({ ...load, url }));
  const { value, baseline } = await interleave(pace.rounds * cuts, {
    value: measure(plane, pace.roundSeconds / cuts),
    baseline: measure(echo, pace.roundSeconds / cuts),
  });
  await Promise.all([plane.stop(), echo.stop()]);
  const wall = [plane, echo].map((served) => Math.round(rates.get(served) ?? 0)).join(' against ');
  return [
    {
      name: 'verify.grpc',
      value,
      baseline,
      ratio: value / baseline,
      aim: { kind: 'ratio-at-least', bound: 0.75 },
      unit: 'requests/processor second',
      note: `${requests[0]?.length} bytes in, ${answer.length} out; over the wall ${wall} requests/s, which the client bounds`,
    },
  ];
}

/** As {@link CostMeter.warmUp} does: by requests and not by seconds, since a compiler counts those. */
async function warmUp({ warmRequests }: Pace, loadOnce: () => Promise<number>): Promise<void> {
  const end = performance.now() + warmMillisecondsMax;
  let answered = 0;
  do answered += await loadOnce();
  while (answered < warmRequests && performance.now() < end);
}
