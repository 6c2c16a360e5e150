import type { IncomingHttpHeaders } from 'node:http';
import { cleanCell, tell } from './terminal.ts';

/** Says so where a right was taken away and not all verifiers have applied that (docs/verification.md). */
export function tellOutstanding(headers: IncomingHttpHeaders): void {
  const applied = headers['claviger-applied'];
  if (typeof applied !== 'string') return;
  const until = headers['claviger-outstanding-until'];
  tellApplied({ applied, until: typeof until === 'string' ? until : undefined });
}

/** @param applied `2/3`, or `unknown` @param until when the last of the others ends to answer */
export function tellApplied({
  applied,
  until,
}: {
  readonly applied: string;
  readonly until: string | undefined;
}): void {
  const [done, all] = applied.split('/');
  if (done === all && all !== undefined) return;
  const known =
    all === undefined
      ? 'It is done, but not known which verifiers have applied it'
      : `It is done, but ${done} of ${all} verifiers have applied it`;
  const end =
    until === undefined
      ? ''
      : until === 'never'
        ? '; the others may answer as before for ever'
        : `; the others may answer as before until ${until}`;
  tell(cleanCell(`${known}${end}. "claviger verifiers" shows them.`));
}
