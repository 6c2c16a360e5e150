/** How long and how often to measure, and among how much. */
export interface Pace {
  /** Before the first round: until then the code that runs is not yet the code that was compiled for speed. */
  readonly warmSeconds: number;
  /** So many requests a server answers before that is so, however long a machine takes for them. */
  readonly warmRequests: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Of `memory`, to each server. */
  readonly mixedRequests: number;
  /** Developers of `import.bulk`. */
  readonly bulkDevelopers: number;
  /** The larger store of `scale.keys`. */
  readonly scale: { readonly keys: number; readonly developers: number };
  /** `verify.memory` leaves out what holds more. */
  readonly heldKeysMax: number;
  /** Of SQL over PostgreSQL: to plant a million takes a minute. */
  readonly sqlDevelopers: number;
  /** Of `verify.coldstart`. */
  readonly snapshotKeys: number;
}

/** Every size that the table of aims names. Somewhat above an hour on two cores, half of it `import.bulk`. */
export const fullPace: Pace = {
  ...{ warmSeconds: 3, warmRequests: 40_000, rounds: 5, roundSeconds: 2 },
  ...{ mixedRequests: 200_000, bulkDevelopers: 1_000_000, sqlDevelopers: 1_000_000 },
  ...{ scale: { keys: 10_000_000, developers: 1_000_000 }, heldKeysMax: 5_000_000, snapshotKeys: 1_000_000 },
};

/** As long rounds, among less where less shows the same: some 15 minutes, as `.ci/run` has them. */
export const usualPace: Pace = {
  ...{ ...fullPace, mixedRequests: 80_000, bulkDevelopers: 20_000, sqlDevelopers: 200_000 },
  ...{ scale: { keys: 3_000_000, developers: 300_000 }, heldKeysMax: 1_000_000, snapshotKeys: 500_000 },
};

/** To see that it runs, and whether something is far off. */
export const quickPace: Pace = {
  ...{ warmSeconds: 2, warmRequests: 0, rounds: 1, roundSeconds: 2, mixedRequests: 20_000, bulkDevelopers: 5_000 },
  sqlDevelopers: 50_000,
  ...{ scale: { keys: 1_000_000, developers: 100_000 }, heldKeysMax: 1_000_000, snapshotKeys: 100_000 },
};
