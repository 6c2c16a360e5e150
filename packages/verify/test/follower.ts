import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedClient, type FeedNotice, type FeedOptions, Verifier } from '../src/index.ts';
import type { Plane } from './plane.ts';

const patience = 20_000;
const timing = { holdMs: 300, pauseMsMin: 4, pauseMsMax: 30 };
/** However busy the machine is. */
export const patient = { ...timing, silenceMsMax: patience, leaveMsMax: patience, findMsMax: patience };
/** Where the plane is silent in the test. */
export const hasty = { ...patient, silenceMsMax: 400, findMsMax: 300 };

/** A verifier that follows a plane, and what its feed's client told meanwhile. */
export class Follower {
  readonly verifier: Verifier;
  readonly client: FeedClient;
  readonly notices: FeedNotice[] = [];

  constructor(plane: Plane, { verifier = new Verifier(), ...given }: Partial<FeedOptions> = {}) {
    this.verifier = verifier;
    this.client = new FeedClient({
      url: plane.url,
      token: 'secret',
      name: 'edge-1',
      verifier,
      timing: patient,
      onNotice: (notice) => this.notices.push(notice),
      ...given,
    });
    this.client.start().catch(() => undefined);
  }

  get faults() {
    return this.notices.flatMap((notice) => (notice.kind === 'fault' ? [notice.fault] : []));
  }

  async until(what: string, met: () => boolean): Promise<void> {
    for (const end = performance.now() + 10_000; performance.now() < end; await sleep(2)) if (met()) return;
    assert.fail(`${what} did not come; told: ${JSON.stringify(this.notices.slice(-8))}`);
  }
}
