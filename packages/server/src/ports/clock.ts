/** Time, passed in so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970 UTC. May step when the machine's time is set. */
  now(): number;
  /** Milliseconds that only grow, for lengths of time. */
  monotonic(): number;
}
