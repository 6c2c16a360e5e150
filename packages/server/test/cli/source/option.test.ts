import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Input } from '../../../src/cli/command.ts';
import { openSource, sourceOptions } from '../../../src/cli/source/option.ts';

const command = {
  words: ['import'],
  operands: [],
  summary: '',
  example: '',
  options: sourceOptions,
  run: async () => {},
};

function given(options: Input['options']): Input {
  return { command, operands: [], options: { org: 'acme', ...options } };
}

const from = 'https://source.example/v1';
const ann = 'ann@example.com';

for (const [options, pattern] of [
  [{ from, 'csv-apps': 'apps.csv' }, /contradict each other/],
  [{ 'from-user': ann }, /--from-user goes with --from/],
  [{ from }, /needs --from-user, --from-token-file or CLAVIGER_FROM_TOKEN/],
  [{ from, 'from-user': ann, 'from-token-file': 'f' }, /contradict each other/],
  [{ from: 'source.example' }, /no http or https URL/],
  [{ from: 'https://ann:pw@source.example/v1' }, /use --from-user/],
  [{ from: 'http://source.example/v1', 'from-user': ann }, /has no TLS.*--from-plain/],
  [{ from, 'from-dialect': 'z' }, /takes edge or x/],
  [{ from, 'from-user': ann, 'from-connections': '0' }, /--from-connections takes a number from 1 to 64/],
  [{ from, 'from-user': ann, 'from-retries': 'x' }, /--from-retries takes a number from 0 to 100/],
] as const) {
  test(`the options ${JSON.stringify(options)} are refused before anybody is asked`, async () => {
    await assert.rejects(openSource(given(options), {}), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, 'UsageError');
      assert.match(error.message, pattern);
      return true;
    });
  });
}

test('files that can not be read are named', async () => {
  const ca = given({ from, 'from-user': ann, 'from-ca': '/no/such.pem' });
  await assert.rejects(openSource(ca, { CLAVIGER_FROM_PASSWORD: 'x' }), /\/no\/such\.pem can't be read \(ENOENT\)/);
  const token = given({ from, 'from-token-file': '/no/such/token' });
  await assert.rejects(openSource(token, {}), /\/no\/such\/token can't be read \(ENOENT\)/);
});

test('a token that no header takes is refused without being shown', async () => {
  await assert.rejects(openSource(given({ from }), { CLAVIGER_FROM_TOKEN: 'geheim\u00fc' }), (error) => {
    assert.match(String(error), /CLAVIGER_FROM_TOKEN holds no token/);
    assert.doesNotMatch(String(error), /geheim/);
    return true;
  });
});

test('nothing named is no source', async () => {
  assert.equal(await openSource(given({}), {}), undefined);
});
