import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { scale } from '../robustness/support/scale.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { makeContent } from './content.ts';
import { decidePurely } from './decision.ts';
import {
  type Door,
  envoyDoor,
  httpDoor,
  inProcessDoor,
  middlewareDoors,
  openPlace,
  spoeDoor,
  type WorldPlace,
} from './door.ts';
import { type World, worlds } from './world.ts';

const doors: readonly Door[] = [httpDoor, envoyDoor, spoeDoor, inProcessDoor, ...middlewareDoors];
const listen = { envoyListen: '127.0.0.1:0', spoeListen: '127.0.0.1:0' };
const runs = scale('CLAVIGER_VERDICT_RUNS', { quick: 4, long: 150 });

describeOnEveryStore(
  'same verdict everywhere (G8)',
  (server) => {
    it(`the decision, ${doors.map(({ name }) => name).join(', ')}: ${runs} random organizations`, async (t) => {
      const seed = Number(process.env['CLAVIGER_SEED'] ?? 20_264);
      const told = new Map<string, number>();
      for (const [at, world] of fc.sample(worlds, { numRuns: runs, seed }).entries()) {
        const organization = `world-${at}`;
        await makeContent(server(), organization, world);
        for (const verdict of decideAll(world)) told.set(verdict, (told.get(verdict) ?? 0) + 1);
        const place = await openPlace(server(), organization, world);
        const answers = await Promise.all(doors.map((door) => askAll(door, place)));
        for (const [number, door] of doors.entries()) {
          const label = `${door.name}, seed ${seed}, ${organization}: ${JSON.stringify(world)}`;
          assert.deepEqual(answers[number], decideAll(world, door), label);
        }
      }
      t.diagnostic(`seed ${seed}: ${JSON.stringify(Object.fromEntries(told))}`);
      // Organizations of which no call gets past one check would show nothing.
      assert.ok(told.size >= 9, [...told.keys()].join());
      assert.ok((told.get('allowed') ?? 0) > runs, 'hardly any call was allowed');
    });
  },
  listen,
);

function decideAll(world: World, { resolvePath = (path) => path }: Partial<Door> = {}): string[] {
  return world.calls.map((call) => decidePurely(world, { ...call, path: resolvePath(call.path) }));
}

async function askAll(door: Door, place: WorldPlace): Promise<string[]> {
  const open = await door.open(place);
  try {
    const verdicts: string[] = [];
    for (const call of place.world.calls) verdicts.push(await open.ask(call));
    return verdicts;
  } finally {
    await open.close();
  }
}
