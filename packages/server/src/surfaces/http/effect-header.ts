import type { FastifyReply } from 'fastify';
import type { AcknowledgedVerifiers, Acknowledgement, OutstandingVerifier } from '../../ports/acknowledgement.ts';
import type { HeaderDescriptions } from './document.ts';
import type { Exchange } from './route.ts';
import { formatList } from './structured-field.ts';

const names = {
  sequence: 'Claviger-Sequence',
  applied: 'Claviger-Applied',
  outstanding: 'Claviger-Outstanding',
  until: 'Claviger-Outstanding-Until',
} as const;

/** What the headers of an answer say of what its call did (docs/verification.md, "Acknowledged revocation"). */
export const effectHeaders: HeaderDescriptions = {
  [names.sequence]:
    'Place of the last change that the call made in the one order of all changes. Absent: it made none.',
  [names.applied]:
    'Where a right was taken away: how many of the verifiers have applied it, as `3/3`; or `unknown`, since the store did not say.',
  [names.outstanding]:
    'Those that have not, by name: a list of strings as RFC 9651 has it. `more;count=N` stands for those who are not named.',
  [names.until]:
    'The last moment at which one of them may still answer (RFC 3339); or `never`, where there is no such moment.',
};

/** Verifiers that one answer names, at most. `2/40` tells how many there are. */
const namesMax = 16;
/** Characters of each name. */
const nameLengthMax = 64;
/** Milliseconds: no date is later. */
const dateMax = 8.64e15;

/**
 * Adds the headers of a call that changed something. Where it took a right away, waits first until the verifiers have
 * applied that, or the time is up (G4). Never rejects: what was done is done.
 */
export async function tellEffects({ plane, effects }: Exchange, reply: FastifyReply): Promise<void> {
  const { sequence, takenFrom } = effects;
  if (sequence === undefined) return;
  reply.header(names.sequence, String(sequence));
  // Who hung up before is not waited for, and nobody is for his sake.
  if (takenFrom === undefined || reply.raw.destroyed) return;
  const gone = new AbortController();
  const leave = () => gone.abort();
  reply.raw.once('close', leave);
  const acknowledgement = await plane.acknowledgements.wait(takenFrom, sequence, gone.signal);
  reply.raw.removeListener('close', leave);
  reply.headers(describe(acknowledgement));
}

function describe({ verifiers }: Acknowledgement): Record<string, string> {
  if (verifiers === undefined) return { [names.applied]: 'unknown' };
  const { outstanding } = verifiers;
  const applied = { [names.applied]: formatApplied(verifiers) };
  if (outstanding.length === 0) return applied;
  return {
    ...applied,
    [names.outstanding]: listNames(outstanding),
    [names.until]: formatUntil(lastMoment(outstanding)),
  };
}

function listNames(outstanding: readonly OutstandingVerifier[]): string {
  const named = outstanding
    .slice(0, namesMax)
    .map(({ name, id }) => [...(name || id)].slice(0, nameLengthMax).join(''));
  return formatList(named, outstanding.length - named.length);
}

/** How many of how many have applied it. */
export function formatApplied({ total, outstanding }: AcknowledgedVerifiers): string {
  return `${total - outstanding.length}/${total}`;
}

/** RFC 3339, or `never` where a verifier may answer for ever. @param until milliseconds since 1970 UTC */
export function formatUntil(until: number | undefined): string {
  return until === undefined || until > dateMax ? 'never' : new Date(until).toISOString();
}

/** When the last of them ends to answer. */
function lastMoment(outstanding: readonly OutstandingVerifier[]): number {
  return Math.max(...outstanding.map(({ until }) => until ?? Number.POSITIVE_INFINITY));
}
