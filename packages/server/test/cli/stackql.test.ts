import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectory, run, runClaviger, startKnown } from './support.ts';

test('the documents for StackQL are written, and the line that is printed names them', async (t) => {
  const server = await startKnown(t, await makeDirectory(t));
  const directory = join(await makeDirectory(t), 'registry');
  const told = await run(['stackql', 'registry', directory, '--url', server.url]);
  assert.match(told, new RegExp(`^8 files are in ${directory}\n`));
  const registry = JSON.parse(/--registry='([^']+)'/.exec(told)?.[1] ?? '');
  assert.deepEqual([registry.url, registry.localDocRoot], [`file://${directory}`, directory]);
  for (const provider of ['googleapis.com', 'claviger']) {
    const root = join(directory, 'src', provider, 'v00.00.00000');
    const { providerServices } = JSON.parse(await readFile(join(root, 'provider.yaml'), 'utf8'));
    const service = await readFile(join(directory, 'src', providerServices.apigee.service.$ref), 'utf8');
    assert.deepEqual(JSON.parse(service).servers, [{ url: `${server.url}/x` }]);
  }
});

test('a plane that is not there, or is none, is told of', async (t) => {
  const directory = await makeDirectory(t);
  const gone = await runClaviger(['stackql', 'registry', directory, '--url', 'http://127.0.0.1:9']);
  assert.deepEqual([gone.code, gone.stderr], [1, "claviger: http://127.0.0.1:9 can't be reached.\n"]);
  const wrong = await runClaviger(['stackql', 'registry', directory, '--url', 'plane']);
  assert.deepEqual([wrong.code, wrong.stderr], [2, 'claviger: "plane" is no http or https URL.\n']);
});
