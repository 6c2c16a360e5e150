import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startTestServer } from '../../support/server.ts';
import { makeDirectory } from '../support.ts';
import { walkAll } from './fake-source.ts';

const runProgram = promisify(execFile);

test('a source is spoken to by TLS, whose certificate has to be known or named', async (t) => {
  const directory = await makeDirectory(t);
  const [tlsCert, tlsKey] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await runProgram('openssl', [...request, ...names, '-keyout', tlsKey, '-out', tlsCert]);
  const server = await startTestServer({ settings: { tlsCert, tlsKey } });
  t.after(() => server.close());
  await server.makeOrganization('acme');
  const base = new URL(`${server.url}/v1`);
  assert.equal(base.protocol, 'https:');
  const authorization = () => server.adminAuth;
  await assert.rejects(
    walkAll(base, { authorization }),
    /can't be reached \(\w+\); --from-ca FILE names the certificates/,
  );
  const ca = await readFile(tlsCert, 'utf8');
  assert.deepEqual((await walkAll(base, { authorization, ca })).records, []);
});
