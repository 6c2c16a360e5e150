import { RecentMap } from '../../../domain/recent-map.ts';
import { type Members, textOf } from './body.ts';
import { invalidRequest } from './refusal.ts';

/** How much of a quota a gateway says was used, and of which (compat/edge.md §12.1). */
interface Use {
  readonly identifier: string;
  readonly allow: number;
  readonly interval: number;
  readonly timeUnit: TimeUnit;
  readonly weight: number;
}

const units = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 0 } as const;
type TimeUnit = keyof typeof units;

export interface QuotaState {
  readonly allowed: number;
  readonly used: number;
  readonly exceeded: number;
  readonly available: number;
  /** Milliseconds since 1970 UTC. */
  readonly expiryTime: number;
  readonly timestamp: number;
}

interface Count {
  used: number;
  readonly endsAt: number;
}

const countsMax = 100_000;
const numberMax = 1_000_000_000_000;
const identifierLengthMax = 2048;

/** What the gateways of this process have used, in windows that begin on the clock: at full hours, days, months of UTC. */
export class QuotaCounter {
  readonly #counts = new RecentMap<string, Count>(countsMax);

  /** @throws Refusal where the body is no use of a quota */
  take(organizationId: string, members: Members, now: number): QuotaState {
    const { identifier, allow, interval, timeUnit, weight } = readUse(members);
    const name = JSON.stringify([organizationId, identifier, interval, timeUnit]);
    const known = this.#counts.get(name);
    const live = known !== undefined && now < known.endsAt;
    const count = live ? known : { used: 0, endsAt: endOfWindow(now, interval, timeUnit) };
    count.used = Math.min(numberMax, count.used + weight);
    this.#counts.set(name, count);
    const used = Math.min(count.used, allow);
    return {
      allowed: allow,
      used,
      exceeded: count.used - used,
      available: allow - used,
      expiryTime: count.endsAt,
      timestamp: now,
    };
  }
}

function endOfWindow(now: number, interval: number, timeUnit: TimeUnit): number {
  if (timeUnit !== 'month') {
    const length = interval * units[timeUnit];
    return (Math.floor(now / length) + 1) * length;
  }
  const at = new Date(now);
  const month = (at.getUTCFullYear() - 1970) * 12 + at.getUTCMonth();
  return Date.UTC(1970, (Math.floor(month / interval) + 1) * interval, 1);
}

function readUse(members: Members): Use {
  const identifier = textOf(members, 'identifier') ?? '';
  const timeUnit = (textOf(members, 'timeUnit') ?? '').toLowerCase();
  if (identifier === '' || identifier.length > identifierLengthMax || !isTimeUnit(timeUnit)) throw invalidRequest();
  const [allow, interval] = [readNumber(members, 'allow'), readNumber(members, 'interval')];
  if (interval < 1 || interval > 10_000) throw invalidRequest();
  return { identifier, allow, interval, timeUnit, weight: readNumber(members, 'weight') };
}

function isTimeUnit(text: string): text is TimeUnit {
  return Object.hasOwn(units, text);
}

/** A whole number, or a text of its digits. */
function readNumber(members: Members, name: string): number {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  const number = typeof value === 'string' && /^\d{1,13}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > numberMax)
    throw invalidRequest();
  return number;
}
