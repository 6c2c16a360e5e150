import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/ports/store.ts';

/** A verifier that is written by hand: it holds a lease, and says by the test's will what it has applied. */
export interface ScriptedVerifier {
  readonly id: string;
  /** Says that everything up to there is applied; absent: all that there is. */
  acknowledge(sequence?: number): Promise<void>;
  leave(): Promise<void>;
}

export interface ScriptedOptions {
  readonly name: string;
  /** Name of its organization. */
  readonly organization: string;
  /** How long it may answer after each poll; absent: for ever. */
  readonly forMilliseconds?: number | undefined;
}

/** One that has applied all that there was when it came. */
export async function openScriptedVerifier(store: Store, options: ScriptedOptions): Promise<ScriptedVerifier> {
  const { name, organization, forMilliseconds } = options;
  const id = randomUUID();
  const organizationId = (await store.organizations.findByName(organization))?.id;
  const acknowledge = async (sequence?: number) => {
    const { epoch, last } = await store.feed.head();
    await store.leases.hold({ id, organizationId, name, epoch, applied: sequence ?? last, forMilliseconds });
  };
  await acknowledge();
  return { id, acknowledge, leave: () => store.leases.leave(id) };
}

/** One that applies every change as soon as it hears of it, for as long as the store is there. */
export async function openFollower(store: Store, options: ScriptedOptions): Promise<void> {
  const verifier = await openScriptedVerifier(store, options);
  let working = false;
  let rung = false;
  const follow = async () => {
    if (working) return;
    working = true;
    while (rung) {
      rung = false;
      // A store that is closed has nothing more to follow.
      await verifier.acknowledge().catch(() => undefined);
    }
    working = false;
  };
  store.feed.onCommit(() => {
    rung = true;
    void follow();
  });
}
