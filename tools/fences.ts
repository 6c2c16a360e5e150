/**
 * Who may import whom. This table is the law; tools/check-fences.ts reads the code against it, and docs/architecture.md
 * tells why. Whoever widens a row says so in the commit that needs it.
 */
export interface FenceLaw {
  /** The first row whose `at` covers a path is the ring of that file. A file without a ring is a violation. */
  readonly rings: readonly Ring[];
  /** Packages of our own, by the name under which another package imports them, and the ring that each is. */
  readonly ownPackages: Readonly<Record<string, string>>;
  /** Built-in modules that `node:*` does not stand for. */
  readonly keptBuiltins: readonly string[];
  /** A guard that read fewer than these is blind, and fails. */
  readonly modulesMin: number;
  readonly edgesMin: number;
}

export interface Ring {
  /** A `*` stands for the folder's name: each folder is a ring of its own, and siblings are strangers. */
  readonly name: string;
  /** Paths from the root: `*` is one name, `**` anything. */
  readonly at: readonly string[];
  /** Rings that may be imported: `any`, or `types` for `import type` alone. A ring always may import itself. */
  readonly may: Readonly<Record<string, Reach>> | 'everything';
  /** Packages and built-in modules that may be imported; a `*` at the end stands for any ending. */
  readonly packages: readonly string[];
  /** May not name the world outside: no clock, no chance, no process, no network (tools/ambient.ts). */
  readonly pure?: boolean;
  /** May import a path that is computed at run time. */
  readonly computedImports?: boolean;
}

export type Reach = 'any' | 'types';

const server = 'packages/server/src';
const web = ['fastify', 'fastify-plugin', '@fastify/*', '@sinclair/typebox', '@sinclair/typebox/*', 'ajv', 'ajv/*'];
const belowSurfaces = { domain: 'any', ports: 'any', operations: 'any' } as const;
const wholeServer = {
  ...belowSurfaces,
  verify: 'any',
  adapters: 'any',
  store: 'any',
  runtime: 'any',
  config: 'any',
  language: 'any',
  'surfaces/http': 'any',
  'surfaces/*': 'any',
} as const;

export const fences: FenceLaw = {
  rings: [
    // Tests may import anything, and nobody's row names them: that is how "nobody imports tests" is written here.
    {
      name: 'test',
      at: [
        'packages/*/test/**',
        'packages/*/bench/**',
        'packages/**/*.test.ts',
        'packages/**/*.test.tsx',
        'tools/test/**',
      ],
      may: 'everything',
      packages: ['*'],
      computedImports: true,
    },
    {
      name: 'tools',
      at: ['tools/*.ts'],
      may: { domain: 'types', config: 'types', 'surfaces/*': 'types' },
      packages: ['oxc-parser', 'node:*'],
      // Documents are generated from modules of the server that tools name by path.
      computedImports: true,
    },

    { name: 'domain', at: [`${server}/domain/**`], may: {}, packages: [], pure: true },
    // SQL as text: what reads it is needed where it is asked (surfaces/sql, cli) and where it is answered (store).
    { name: 'language', at: [`${server}/language/**`], may: { domain: 'any' }, packages: [], pure: true },
    { name: 'ports', at: [`${server}/ports/**`], may: { domain: 'types', verify: 'types' }, packages: [], pure: true },
    {
      name: 'operations',
      at: [`${server}/operations/**`],
      may: { domain: 'any', ports: 'any' },
      packages: [],
      pure: true,
    },
    {
      name: 'adapters',
      at: [`${server}/adapters/**`],
      may: { domain: 'any', ports: 'any' },
      packages: ['node:*', '@node-rs/argon2', 'jose', 'pino'],
    },
    {
      name: 'store',
      at: [`${server}/store/**`],
      // It reads rows as the records that verifiers hold.
      may: { domain: 'any', ports: 'any', language: 'any', verify: 'types' },
      packages: ['node:*', 'node:sqlite', 'kysely', 'pg'],
    },
    {
      name: 'runtime',
      at: [`${server}/runtime/**`],
      may: { domain: 'types', ports: 'any', verify: 'any' },
      packages: ['node:*'],
    },

    {
      name: 'surfaces/http',
      at: [`${server}/surfaces/http/**`],
      may: belowSurfaces,
      packages: ['node:*', ...web, 'prom-client'],
    },
    // It takes keys, normalizes paths and names faults as the verifier inside a process does, with the same code.
    {
      name: 'surfaces/gateway',
      at: [`${server}/surfaces/gateway/**`],
      may: { ...belowSurfaces, 'surfaces/http': 'any', verify: 'any' },
      packages: ['node:*', ...web, '@grpc/grpc-js'],
    },
    // It packs snapshots as the verifier unpacks them, with the same code.
    {
      name: 'surfaces/feed',
      at: [`${server}/surfaces/feed/**`],
      may: { ...belowSurfaces, 'surfaces/http': 'any', verify: 'any' },
      packages: ['node:*', ...web],
    },
    // It calls the methods that StackQL's documents tell of, by the same table.
    {
      name: 'surfaces/sql',
      at: [`${server}/surfaces/sql/**`],
      may: { ...belowSurfaces, language: 'any', 'surfaces/http': 'any', 'surfaces/stackql': 'any' },
      packages: ['node:*', ...web, '@electric-sql/pglite', '@electric-sql/pglite-prepopulatedfs'],
    },
    {
      name: 'surfaces/stackql',
      at: [`${server}/surfaces/stackql/**`],
      may: { ...belowSurfaces, 'surfaces/http': 'any' },
      packages: ['node:*', ...web, 'nanotar'],
    },
    // Dialects (edge, x, native …) and the surfaces of machines (feed, gateway): siblings, which never meet.
    {
      name: 'surfaces/*',
      at: [`${server}/surfaces/*/**`],
      may: { ...belowSurfaces, 'surfaces/http': 'any' },
      packages: ['node:*', ...web, 'nanotar', 'saxes'],
    },

    {
      name: 'config',
      at: [`${server}/config.ts`, `${server}/config/**`],
      may: { domain: 'any' },
      packages: ['node:*'],
    },
    // The commands of the bin speak to a plane through its native API, like anybody else; where it is, the settings say.
    {
      name: 'cli',
      at: [`${server}/cli/**`],
      may: { domain: 'types', ports: 'types', config: 'any', language: 'any' },
      packages: ['node:*', 'csv-parse'],
    },
    // The composition roots of a plane (of its SQL), of a sidecar and of a process that queries run in. Only `main` and tests name them, so nobody else can import them.
    {
      name: 'serve',
      at: [`${server}/serve.ts`, `${server}/serve-*.ts`],
      may: wholeServer,
      packages: ['node:*', ...web, 'pino'],
    },
    {
      name: 'main',
      at: [`${server}/main.ts`],
      may: { ...wholeServer, serve: 'any', cli: 'any' },
      packages: ['node:*'],
    },

    {
      name: 'verify',
      at: [
        'packages/verify/src/{batch-reader,change-memory,decide,fault,feed-state,feed-wire,frame-splitter,hash-index,holding,identity-header,key-cache,key-memory,key-source,key-state,packed-record,packer,path,path-pattern,pool,product,read-through,record,record-codec,record-reader,record-table,record-view,request,slab,snapshot,snapshot-packer,variable,verdict,wire-reader,words}.ts',
      ],
      may: {},
      packages: [],
      pure: true,
    },
    { name: 'verify', at: ['packages/verify/src/**'], may: {}, packages: ['node:*'] },
    { name: 'web', at: ['packages/web/src/**'], may: {}, packages: ['*'] },
  ],
  ownPackages: { '@claviger/verify': 'verify', '@claviger/server': 'main', '@claviger/web': 'web' },
  keptBuiltins: ['node:sqlite'],
  modulesMin: 20,
  edgesMin: 30,
};
