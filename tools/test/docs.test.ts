import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkDocs } from '../check-docs.ts';
import { formatFinding } from '../finding.ts';
import { generateDocs } from '../generate-docs.ts';
import { plantTree, type Tree } from './tree.ts';

const edge = 'packages/server/src/surfaces/edge/problem.ts';
const x = 'packages/server/src/surfaces/x/problem.ts';
const code: Tree = {
  'package.json': '{ "devDependencies": { "tool": "1.0.0" } }',
  'packages/server/package.json': '{ "type": "module", "dependencies": { "@scope/part": "1.0.0" } }',
  'packages/server/src/domain/problem.ts': `export interface ProblemFacts {
  /** No such app (compat/edge.md §1). */
  'app.not-found': { app: string };
  'app.limit': { limit: number; kinds: readonly string[]; side: 'left' | 'right' };
}
`,
  'packages/server/test/one.test.ts': 'export {};\n',
};

/** A tree with the generated pages beside what is planted. */
async function plantWhole(context: TestContext, planted: Tree): Promise<string> {
  const pages = Object.fromEntries(await generateDocs(plantTree(context, { ...code, ...planted })));
  return plantTree(context, { ...code, ...pages, ...planted });
}

async function findIn(context: TestContext, planted: Tree): Promise<string[]> {
  return (await checkDocs(await plantWhole(context, planted))).findings.map(formatFinding);
}

const clean: Tree = {
  'README.md':
    '# All\nSee [errors](docs/errors.md#errors), [below](#far-below) and `packages/server/package.json`.\n## Far below\n',
  'docs/guarantees.md': '## G1 Durable\nProven by `packages/server/test/one.test.ts`.\n## G2 Ordered\nnot yet proven\n',
  'docs/decisions/0002-dependencies.md': '| Package | Why |\n| --- | --- |\n| `tool` | x |\n| `@scope/part` | y |\n',
};

test('documents that name what is there pass', async (context) => {
  assert.deepEqual(await findIn(context, clean), []);
});

const violations: readonly { readonly name: string; readonly planted: Tree; readonly found: string }[] = [
  {
    name: 'a link to nowhere',
    planted: { 'README.md': '# All\n[here](docs/absent.md)\n' },
    found: 'README.md:2 [link] links docs/absent.md, which is not there',
  },
  {
    name: 'a link to a heading that is not there',
    planted: { 'README.md': '# All\n[here](docs/errors.md#absent)\n' },
    found: 'README.md:2 [link] links docs/errors.md#absent, and docs/errors.md has no such heading',
  },
  {
    name: 'a path that is not there',
    planted: { 'README.md': '# All\n`packages/server/test/absent.test.ts`\n' },
    found: 'README.md:2 [path] names packages/server/test/absent.test.ts, which is not there',
  },
  {
    name: 'a guarantee without a test',
    planted: { 'docs/guarantees.md': '## G1 Durable\nSurely.\n' },
    found: 'docs/guarantees.md:1 [guarantee] G1 Durable names neither a test nor that it is not yet proven',
  },
  {
    name: 'a test that is called missing and is there',
    planted: { 'docs/guarantees.md': '## G1 Durable\nnot yet proven: `packages/server/test/one.test.ts`\n' },
    found: 'docs/guarantees.md:2 [planned] says "not yet proven" of packages/server/test/one.test.ts, which is there',
  },
  {
    name: 'a dependency without a reason',
    planted: { 'docs/decisions/0002-dependencies.md': '| `tool` | x |\n' },
    found: 'docs/decisions/0002-dependencies.md [dependency] gives no reason for @scope/part',
  },
  {
    name: 'a reason without its dependency',
    planted: { 'docs/decisions/0002-dependencies.md': '| `tool` | x |\n| `@scope/part` | y |\n| `gone` | z |\n' },
    found: 'docs/decisions/0002-dependencies.md [dependency] tells of gone, which no package.json names',
  },
  {
    name: 'a generated page that was edited by hand',
    planted: { 'docs/errors.md': '# Errors\n' },
    found: 'docs/errors.md [generated] differs from the code: npm run docs',
  },
];

for (const { name, planted, found } of violations) {
  test(`is found: ${name}`, async (context) => {
    assert.deepEqual(await findIn(context, { ...clean, ...planted }), [found]);
  });
}

test('the table of errors asks each dialect that is there', async (context) => {
  const root = plantTree(context, {
    ...code,
    [edge]: `export const edgeProblem = {
  'app.not-found': ({ app }) => ({ status: 404, code: app.includes('@') ? 'E.mail' : 'E.name' }),
  'app.limit': ({ limit, kinds, side }) => ({ status: limit + 399, code: kinds.length + side }),
};
`,
    [x]: `export const xProblem = {
  'app.not-found': () => ({ httpStatus: 404, rpcStatus: 'NOT_FOUND' }),
  'app.limit': () => ({ httpStatus: 400, rpcStatus: 'INVALID', type: 'X.limit' }),
};
`,
  });
  const page = (await generateDocs(root)).get('docs/errors.md') ?? '';
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('| `')),
    [
      '| `app.not-found` | No such app. | `app` | 404 `E.name` or 404 `E.mail` | 404 `NOT_FOUND` |',
      '| `app.limit` |  | `limit`, `kinds`, `side` | 400 `1left` | 400 `X.limit` |',
    ],
  );
});

test('a dialect that leaves a code out fails', async (context) => {
  const root = plantTree(context, { ...code, [edge]: 'export const edgeProblem = {};\n' });
  await assert.rejects(generateDocs(root), /surfaces\/edge\/problem\.ts does not answer app\.not-found/);
});

test("the table of settings is the server's own", async (context) => {
  const config = `export const settings = {
  listen: { flag: 'listen', env: 'CLAVIGER_LISTEN', fallback: '127.0.0.1:8080', doc: 'Where.' },
  key: { flag: 'key', env: 'CLAVIGER_KEY', fallback: 'a file', doc: 'What.', secret: true },
};
export const configFileSetting = { flag: 'config', env: 'CLAVIGER_CONFIG', fallback: 'none', doc: 'File.' };
`;
  const root = plantTree(context, { ...code, 'packages/server/src/config/setting.ts': config });
  const page = (await generateDocs(root)).get('docs/config.md') ?? '';
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('| `')),
    [
      '| `--listen` | `CLAVIGER_LISTEN` | 127.0.0.1:8080 | Where. |',
      '| `--key` | `CLAVIGER_KEY` | a file | What. A secret: never shown or logged. |',
      '| `--config` | `CLAVIGER_CONFIG` | none | File. |',
    ],
  );
});
