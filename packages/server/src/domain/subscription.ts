import type { AppOwner } from './app.ts';
import type { Authorship } from './developer.ts';
import { Problem } from './problem.ts';
import type { RatePlan } from './rate-plan.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';

/** A developer's or company's purchase of a product. Stored and shown; nobody is charged, and no key heeds it. */
export interface Subscription extends Stamp {
  /** A UUIDv4, which is its name too. */
  readonly id: string;
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly productId: string;
  /** As the product was called, which stays when the product is gone. */
  readonly productName: string;
  /** Milliseconds since 1970 UTC. */
  readonly startTime: number;
  /** Milliseconds since 1970 UTC; 0: never. */
  readonly endTime: number;
}

export interface SubscriptionDraft {
  readonly apiproduct?: string | undefined;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

/** 9999-12-31, as for keys and rate plans. */
const momentMax = 253_402_300_799_999;

/** @throws Problem request.missing */
export function parseSubscribedProduct({ apiproduct }: SubscriptionDraft): string {
  if (apiproduct === undefined || apiproduct === '') throw new Problem('request.missing', { field: 'apiproduct' });
  return apiproduct;
}

/**
 * From the moment it is made where it does not say, and until it is expired.
 * @param now milliseconds since 1970 UTC
 * @throws Problem request.invalid
 */
export function parsePeriod(draft: SubscriptionDraft, now: number): Pick<Subscription, 'startTime' | 'endTime'> {
  const startTime = parseMoment(draft.startTime, 'startTime') || now;
  const endTime = parseMoment(draft.endTime, 'endTime');
  if (endTime === 0 || endTime > startTime) return { startTime, endTime };
  throw new Problem('request.invalid', { field: 'endTime', reason: 'is not after startTime' });
}

function parseMoment(value: number | undefined, field: string): number {
  if (value === undefined) return 0;
  if (Number.isInteger(value) && value >= 0 && value <= momentMax) return value;
  throw new Problem('request.invalid', { field, reason: `is not from 0 to ${momentMax}` });
}

/** Whether a product can be subscribed to by this plan: developers see it, and it is not over. */
export function isPlanOnOffer({ state, endTime }: RatePlan, now: number): boolean {
  return state === 'PUBLISHED' && (endTime === 0 || endTime > now);
}

export function createSubscriptionFrom(content: Omit<Subscription, keyof Stamp>, { at, by }: Authorship): Subscription {
  return { ...content, ...stampNew(at, by) };
}

/** Ends it now. @throws Problem subscription.expired where it had ended before */
export function expireSubscription(subscription: Subscription, { at, by }: Authorship): Subscription {
  const { id, endTime } = subscription;
  const stamp = stampChanged(subscription, at, by);
  const now = stamp.lastModifiedAt;
  if (endTime !== 0 && endTime <= now) throw new Problem('subscription.expired', { subscription: id });
  return { ...subscription, endTime: now, ...stamp };
}
