import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Chaos, type ChaosPlan } from './chaos.ts';
import { checkHistory, type Finding, type FireHistory } from './checker.ts';
import { Fire, type MadeCall } from './fire.ts';
import { Fleet, type FleetPlan } from './fleet.ts';
import type { FleetNode } from './node.ts';
import { NodeAsker } from './node-asker.ts';
import { rightKinds } from './right.ts';
import type { VerdictEntry } from './verdict-log.ts';
import type { Standing } from './verifier-host.ts';

export interface RoundPlan {
  readonly fleet: FleetPlan;
  /** Undefined: nothing breaks. */
  readonly chaos: ChaosPlan | undefined;
  /** Of every link, in milliseconds, for as long as it lasts. */
  readonly delayMs?: number;
  readonly seed: number;
  /** It goes on until there are so many of each, and ends with an error when it takes longer than that. */
  readonly revocations: number;
  readonly verdicts: number;
  readonly secondsMax: number;
}

export interface RoundResult {
  readonly finding: Finding;
  readonly history: FireHistory;
  /** For people. */
  readonly figures: string;
}

/** Fire and chaos over a fleet; then all is made whole, everyone catches up, and the history is checked. */
export async function runRound(plan: RoundPlan): Promise<RoundResult> {
  await using fleet = await Fleet.open(plan.fleet);
  const fire = new Fire(fleet, plan.seed);
  const chaos = plan.chaos && new Chaos(fleet, plan.chaos, plan.seed + 1);
  for (const link of fleet.links) link.delayMs = plan.delayMs ?? 0;
  const began = performance.now();
  const stop = () => {
    fire.stop();
    chaos?.stop();
    asker.stop();
  };
  const asker = new NodeAsker(fleet, () => fire.hotKeys);
  const running = [fire, asker, ...(chaos === undefined ? [] : [chaos])].map((part) => part.run().finally(stop));
  const enough = untilEnough(plan, fleet, fire).finally(stop);
  // All of them end before anything is taken away beneath them.
  const ends = await Promise.allSettled([enough, ...running]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const seconds = (performance.now() - began) / 1000;
  await settle(fleet, fire);
  const verdicts = new Map<string, Iterable<VerdictEntry>>([...(await fleet.collect()), ...asker.verdicts]);
  const history = { keys: fleet.population.rightsOfKey, calls: fire.calls, verdicts };
  const finding = checkHistory(history);
  const deeds = [...(chaos?.deeds ?? [])].map(([name, count]) => `${name} ${count}`).join(', ');
  const figures = `seed=${plan.seed} seconds=${seconds.toFixed(1)} ${describe(fire.calls, finding)} (${deeds})`;
  return { finding, history, figures };
}

async function untilEnough(plan: RoundPlan, fleet: Fleet, fire: Fire): Promise<void> {
  const end = performance.now() + plan.secondsMax * 1000;
  while (!fire.isStopped && (fire.revocations < plan.revocations || fleet.countVerdicts() < plan.verdicts)) {
    const progress = `${fire.revocations} revocations, ${fleet.countVerdicts()} verdicts`;
    assert.ok(performance.now() < end, `after ${plan.secondsMax} s: ${progress}`);
    await sleep(100);
  }
}

/** A guard against hanging, nothing else. */
const patienceMs = 120_000;

/** Whoever took snapshots and changes in the middle of it all answers as the plane does, once he has caught up. */
async function settle(fleet: Fleet, fire: Fire): Promise<void> {
  const right = fleet.population.subjects[0]?.rights[0];
  assert.ok(right);
  // The second of the two changes something in any case.
  await fire.make(right, 'give');
  const { effect } = await fire.make(right, 'take');
  assert.ok(effect, 'the last call tells its sequence');
  await fleet.untilApplied(effect.sequence);
  const standings = await tellFresh(fleet);
  for (const node of fleet.nodes) {
    const answers = await askUntil(fleet, node, standings[0]?.reasons);
    for (const { name, reasons } of standings) assert.deepEqual(answers, reasons, `${node.runtimeUrl} and ${name}`);
  }
}

/** A busy machine may have kept one from hearing in time: it answers nobody then, which is right, and comes back. */
async function tellFresh(fleet: Fleet): Promise<readonly Standing[]> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(20)) {
    const standings = await fleet.tell();
    if (!standings.some(({ reasons }) => reasons.includes('verifier.stale'))) return standings;
  }
  return assert.fail('a verifier hears nothing');
}

/** What a node answers: its own verifier, which nobody waited for, may still have to apply the last of it. */
async function askUntil(
  fleet: Fleet,
  node: FleetNode,
  wanted: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  for (const end = performance.now() + patienceMs; ; await sleep(20)) {
    const answers = await fleet.askNode(node, fleet.population.keys);
    if (isDeepStrictEqual(answers, wanted) || performance.now() > end) return answers;
  }
}

function describe(calls: readonly MadeCall[], { verdicts, allowed, bitten }: Finding): string {
  const taken = calls.filter(({ kind, answered }) => kind === 'take' && answered !== undefined);
  const kinds = rightKinds.map((kind) => `${kind} ${taken.filter(({ kindOfRight }) => kindOfRight === kind).length}`);
  const whole = taken.filter(({ effect }) => effect?.verifiers?.outstanding.length === 0);
  const times = taken.map(({ sent, answered = sent }) => answered - sent).sort((left, right) => left - right);
  const quantile = (share: number) => times[Math.floor(times.length * share)]?.toFixed(1);
  const share = ((100 * whole.length) / taken.length).toFixed(1);
  return (
    `revocations=${taken.length} (${kinds.join(', ')}) unanswered=${calls.filter(({ answered }) => answered === undefined).length} ` +
    `all-applied=${share}% p50=${quantile(0.5)}ms p99=${quantile(0.99)}ms verdicts=${verdicts} allowed=${allowed} judged=${bitten}`
  );
}
