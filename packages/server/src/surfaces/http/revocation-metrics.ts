import { Counter, Histogram, type Registry } from 'prom-client';
import type { Acknowledgements } from '../../ports/acknowledgement.ts';

/** How soon what is taken away is gone everywhere (G4). */
export function registerRevocations(registry: Registry, acknowledgements: Acknowledgements): void {
  const seconds = new Histogram({
    name: 'claviger_revocation_seconds',
    help: 'Time from the commit of a call that took a right away until all verifiers had applied it, where they did in time.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const revocations = new Counter({
    name: 'claviger_revocations_total',
    help: 'Calls that took a right away, by what was known when they were answered: applied by all verifiers, some outstanding, or unknown.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['applied', 'outstanding', 'unknown'] as const) revocations.inc({ outcome }, 0);
  acknowledgements.onSettled(({ outcome, milliseconds }) => {
    revocations.inc({ outcome });
    if (outcome === 'applied') seconds.observe(milliseconds / 1000);
  });
}
