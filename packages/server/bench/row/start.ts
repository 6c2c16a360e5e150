import { interleave } from '../support/interleave.ts';
import type { Judged, Row } from '../support/row.ts';
import { organization } from '../support/traffic.ts';
import type { Workbench } from '../support/workbench.ts';

const many = 1_000_000;

/** From the start of the process to its first authenticated answer, with a million developers against none. */
export const start: Row = { name: 'start', run };

async function run(bench: Workbench): Promise<Judged[]> {
  const full = await bench.seededStore(many);
  const empty = await bench.seededStore(0);
  const measure = (data: string) => async () => {
    const begun = performance.now();
    const plane = await bench.startPlane({ data });
    const answer = await fetch(`${plane.url}/v1/organizations/${organization}/developers?count=1`, {
      headers: { authorization: bench.authorization },
    });
    await answer.text();
    const milliseconds = performance.now() - begun;
    if (answer.status !== 200) throw new Error(`the first answer is ${answer.status}`);
    await plane.stop();
    return milliseconds;
  };
  const { value, baseline } = await interleave(bench.pace.rounds + 2, {
    value: measure(full),
    baseline: measure(empty),
  });
  const aim = { kind: 'ratio-at-most', bound: 1.5 } as const;
  return [{ name: 'start', value, baseline, ratio: value / baseline, aim, unit: 'ms' }];
}
