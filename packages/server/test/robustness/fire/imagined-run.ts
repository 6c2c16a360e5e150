import type { FireHistory, RightCall } from './checker.ts';
import { Dice } from './dice.ts';
import type { VerdictEntry } from './verdict-log.ts';

/** A run that never was, of a plane that keeps its word, and how it came about. */
export interface ImaginedRun extends FireHistory {
  readonly verdicts: ReadonlyMap<string, readonly VerdictEntry[]>;
  readonly end: number;
}

export interface ImaginedSize {
  readonly seed: number;
  readonly rights: number;
  readonly verifiers: number;
  readonly callsOfRight: number;
  readonly verdicts: number;
}

/** What a verifier knows of a right, from a time on. */
interface Turn {
  readonly at: number;
  readonly present: boolean;
}

/** Calls, when each verifier heard of each of them, and verdicts that follow from that. */
export function imagineRun({ seed, rights, verifiers, callsOfRight, verdicts }: ImaginedSize): ImaginedRun {
  const dice = new Dice(seed);
  const names = Array.from({ length: verifiers }, (_, at) => `v${at}`);
  const keys = Array.from({ length: 6 }, () => [dice.below(rights), dice.below(rights)]);
  const calls = Array.from({ length: rights }, (_, right) => imagineCalls(dice, { right, names, callsOfRight })).flat();
  const end = Math.max(...calls.map(({ sent }) => sent)) + 50;
  const told = names.map((name) => {
    const turns = Array.from({ length: rights }, (_, right) => imagineTurns(dice, calls, { right, name }));
    const given = Array.from({ length: verdicts }, () => imagineVerdict(dice, { keys, turns, end }));
    return [name, given] as const;
  });
  return { keys, calls, verdicts: new Map(told), end };
}

function imagineCalls(
  dice: Dice,
  { right, names, callsOfRight }: { right: number; names: readonly string[]; callsOfRight: number },
): RightCall[] {
  const calls: RightCall[] = [];
  let now = dice.between(0, 20);
  for (let at = 0; at < callsOfRight; at++) {
    const sent = now;
    const ended = sent + dice.between(1, 20);
    const kind = dice.chance(0.55) ? 'take' : 'give';
    const late = kind === 'take' && dice.chance(0.4) ? names.filter(() => dice.chance(0.3)) : [];
    const out = new Map(late.map((name) => [name, ended + dice.between(-5, 40)]));
    calls.push({ right, kind, sent, answered: dice.chance(0.1) ? undefined : ended, out });
    now = ended + dice.between(0.1, 60);
  }
  return calls;
}

/** Known calls are heard of in order, in time where the answer said so; the others at some time or never. */
function imagineTurns(
  dice: Dice,
  calls: readonly RightCall[],
  { right, name }: { right: number; name: string },
): readonly Turn[] {
  const turns: Turn[] = [];
  const strays: Turn[] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (const { kind, sent, answered, out } of calls.filter((call) => call.right === right).toReversed()) {
    const present = kind === 'give';
    if (answered === undefined) {
      // Only giving may come late: what is taken late takes no verdict's excuse away.
      if (dice.chance(0.5))
        strays.push({ at: Math.min(sent + dice.between(0, 200), present ? Infinity : limit), present });
      continue;
    }
    const latest = present ? sent + 40 : Math.max(answered, out.get(name) ?? answered);
    limit = Math.min(limit, dice.between(sent, latest));
    turns.push({ at: limit, present });
  }
  const start: Turn = { at: Number.NEGATIVE_INFINITY, present: true };
  // Of two at one time the later call counts: sorting keeps their order.
  return [start, ...turns.toReversed(), ...strays].sort((left, right) => left.at - right.at);
}

function imagineVerdict(
  dice: Dice,
  { keys, turns, end }: { keys: FireHistory['keys']; turns: readonly (readonly Turn[])[]; end: number },
): VerdictEntry {
  const began = dice.between(0, end);
  const ended = began + dice.between(0, 3);
  const decided = dice.between(began, ended);
  const key = dice.below(keys.length);
  const allowed = (keys[key] ?? []).every(
    (right) => turns[right]?.findLast(({ at }) => at <= decided)?.present ?? true,
  );
  return { began, ended, key, allowed };
}
