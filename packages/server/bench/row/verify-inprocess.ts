import type { InProcessFound, InProcessTask, Pairing } from '../process/verify-inprocess.ts';
import type { Judged, Row } from '../support/row.ts';
import { runScript } from '../support/run-script.ts';
import type { Workbench } from '../support/workbench.ts';

const keys = 1_000_000;

/** A decision inside a process that holds a million keys, judged by processor time: nothing waits in it. */
export const verifyInProcess: Row = { name: 'verify.inprocess', run };

async function run({ pace }: Workbench): Promise<Judged[]> {
  const task: InProcessTask = { keys, rounds: pace.rounds };
  const { unseen, seen, seenOften, clockNanoseconds } = await runScript<InProcessFound>('verify-inprocess', task);
  const clock = `one look at the clock, of which each takes one: ${clockNanoseconds.toFixed(0)} ns`;
  const often = `also ≥ 5,000,000/s: of a thousand keys ${(1e9 / seenOften.processor).toFixed(0)}/s`;
  return [
    judge('verify.inprocess', unseen, { bound: 0.6, note: describe(unseen) }),
    judge('verify.inprocess.seen', seen, { bound: 0.5, note: `${describe(seen)}; ${clock}; ${often}` }),
  ];
}

function judge(
  name: string,
  { value, baseline, processorRatio }: Pairing,
  aim: { bound: number; note: string },
): Judged {
  return {
    name,
    value: 1e9 / value.processor,
    baseline: 1e9 / baseline.processor,
    ratio: processorRatio,
    aim: { kind: 'ratio-at-least', bound: aim.bound },
    unit: 'decisions/s of processor time',
    note: aim.note,
  };
}

function describe({ value, baseline }: Pairing): string {
  const [wall, other] = [(1e9 / value.wall).toFixed(0), (1e9 / baseline.wall).toFixed(0)];
  return `by the wall clock ${wall}/s against ${other}: ratio ${(baseline.wall / value.wall).toFixed(2)}`;
}
