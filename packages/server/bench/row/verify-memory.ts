import type { MemoryFound, MemoryTask } from '../process/verify-memory.ts';
import type { Judged, Row } from '../support/row.ts';
import { runScript } from '../support/run-script.ts';
import type { Workbench } from '../support/workbench.ts';

const sizes = [
  { name: 'verify.memory', keys: 1_000_000 },
  { name: 'verify.memory.5m', keys: 5_000_000 },
];

/** Resident bytes for each key that is held: its own app and developer, two attributes, 20 products for all. */
export const verifyMemory: Row = { name: 'verify.memory', run };

async function run({ pace }: Workbench): Promise<Judged[]> {
  const found: Judged[] = [];
  // Five million take minutes to make.
  for (const { name, keys } of sizes.filter((size) => size.keys <= pace.heldKeysMax)) {
    const [value, baseline] = [await measure('held', keys), await measure('packed', keys)];
    const aim = { kind: 'value-at-most', bound: 350 } as const;
    found.push({ name, value, baseline, ratio: value / baseline, aim, unit: 'bytes a key', note: `${keys} keys` });
  }
  return found;
}

async function measure(kind: MemoryTask['kind'], keys: number): Promise<number> {
  const task: MemoryTask = { kind, keys };
  return (await runScript<MemoryFound>('verify-memory', task, ['--expose-gc'])).residentBytes / keys;
}
