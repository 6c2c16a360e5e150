/**
 * What a call has done by now, noted by its operation for who answers it. One for each request; it grows while the
 * call is at work.
 */
export interface Effects {
  /** Of the last change that was committed; undefined: none was. */
  sequence: number | undefined;
  /** The organization in which a change took a right away (G4). */
  takenFrom: string | undefined;
}

export function createEffects(): Effects {
  return { sequence: undefined, takenFrom: undefined };
}
