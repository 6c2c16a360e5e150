import type { Noun } from '../domain/noun.ts';
import { Problem } from '../domain/problem.ts';
import type { Stamp } from '../domain/stamp.ts';

/**
 * Holds the version that the caller says he has seen against the one that is there. Absent: he does not care.
 * @throws Problem entity.changed
 */
export function requireVersion(noun: Noun, entity: Stamp, version: number | undefined): void {
  if (version !== undefined && version !== entity.version) throw new Problem('entity.changed', { noun });
}
