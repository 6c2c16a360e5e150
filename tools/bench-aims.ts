/** What a measurement of `npm run bench` ought to reach. Aims, not limits: a machine of its own decides much of it. */
export interface BenchAim {
  readonly of: 'ratio' | 'value';
  readonly bound: 'min' | 'max';
  readonly figure: number;
}

/** By the name that the bench prints. */
export const benchAims: Readonly<Record<string, BenchAim>> = {
  'developer.get': { of: 'ratio', bound: 'min', figure: 0.65 },
  'developer.create': { of: 'ratio', bound: 'min', figure: 4 },
  'developer.create.share': { of: 'ratio', bound: 'min', figure: 0.5 },
  'developer.create.postgres': { of: 'ratio', bound: 'min', figure: 2 },
  /** Four nodes over one database, against one. */
  'developer.create.postgres.nodes': { of: 'ratio', bound: 'min', figure: 2 },
  'developer.list': { of: 'ratio', bound: 'max', figure: 1.3 },
  start: { of: 'ratio', bound: 'max', figure: 1.5 },
  /** Megabytes. */
  memory: { of: 'value', bound: 'max', figure: 80 },
  'app.get': { of: 'ratio', bound: 'min', figure: 0.6 },
  'apps.expand': { of: 'ratio', bound: 'max', figure: 4 },
  'scale.keys': { of: 'ratio', bound: 'max', figure: 1.5 },
  search: { of: 'ratio', bound: 'max', figure: 0.5 },
  'app.create': { of: 'ratio', bound: 'min', figure: 0.5 },
  'import.bulk': { of: 'ratio', bound: 'min', figure: 0.35 },
};
