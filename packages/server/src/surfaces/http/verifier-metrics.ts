import { Counter, Gauge, type Registry } from 'prom-client';
import type { Verifier, VerifierState } from '../../ports/verifier.ts';
import type { VerifierLeases } from '../../ports/verifier-lease.ts';

const gauges: readonly { readonly name: string; readonly help: string; read(state: VerifierState): number }[] = [
  {
    name: 'claviger_verifier_staleness_seconds',
    help: 'Since the verifier last heard all that the store knew; 0 while it holds nothing.',
    read: ({ staleMilliseconds }) => staleMilliseconds / 1000,
  },
  {
    name: 'claviger_verifier_fresh',
    help: '1 while the verifier may answer from what it holds, else 0.',
    read: ({ fresh }) => (fresh ? 1 : 0),
  },
  {
    name: 'claviger_verifier_feed_lag_changes',
    help: 'Changes that the log had at the last look and that are not applied.',
    read: ({ lag }) => lag,
  },
  {
    name: 'claviger_verifier_organizations',
    help: 'Organizations that the verifier holds.',
    read: ({ organizations }) => organizations,
  },
  { name: 'claviger_verifier_keys', help: 'Consumer keys that the verifier holds.', read: ({ keys }) => keys },
  {
    name: 'claviger_verifier_bytes',
    help: 'Bytes of the buffers that these keys and what they hang on lie in.',
    read: ({ bytes }) => bytes,
  },
];

/** What the verifier does, by reason. Never an organization, a key or a person. */
export function registerVerifier(registry: Registry, verifier: Verifier): void {
  new Counter({
    name: 'claviger_verdicts_total',
    help: 'Verdicts given, by reason; `allowed` where there was none to refuse.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of verifier.state().verdicts) this.inc({ reason }, count);
    },
  });
  for (const { name, help, read } of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(verifier.state()));
      },
    });
  }
}

/** How a verifier stands to the plane that it follows. */
export interface FeedFacts {
  /** Undefined: nothing is. */
  applied(): number | undefined;
  isDenied(): boolean;
  /** Infinite: it answers for ever. */
  readonly boundSeconds: number;
}

/** What a sidecar has to tell besides. */
export function registerFeed(registry: Registry, { applied, isDenied, boundSeconds }: FeedFacts): void {
  const told: readonly { readonly name: string; readonly help: string; read(): number }[] = [
    {
      name: 'claviger_verifier_staleness_bound_seconds',
      help: 'How stale the verifier may be before it refuses; infinite where it was told to serve stale.',
      read: () => boundSeconds,
    },
    {
      name: 'claviger_verifier_applied_sequence',
      help: 'Sequence of the plane up to which all is applied; 0: nothing is.',
      read: () => applied() ?? 0,
    },
    {
      name: 'claviger_verifier_denied',
      help: '1 while the plane does not take the runtime credential, else 0.',
      read: () => (isDenied() ? 1 : 0),
    },
  ];
  for (const { name, help, read } of told) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** Who may answer for keys, as all nodes see it; a store that does not answer leaves it unknown, and the rest is told. */
export function registerLeases(registry: Registry, leases: Pick<VerifierLeases, 'list'>): void {
  new Gauge({
    name: 'claviger_verifiers',
    help: 'Verifiers with a lease, here and elsewhere: those that a revocation waits for.',
    registers: [registry],
    async collect() {
      this.set(
        await leases.list(undefined).then(
          ({ length }) => length,
          () => Number.NaN,
        ),
      );
    },
  });
}
