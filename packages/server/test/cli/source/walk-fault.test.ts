import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Asked, startFakeSource, walkAll } from './fake-source.ts';

const developer = (email: string) => ({
  email,
  developerId: `id of ${email}`,
  firstName: 'A',
  lastName: 'B',
  apps: [],
});

/** A source whose developers are answered so, and that has nothing else. */
function withDevelopers(answer: (asked: Asked) => unknown): (asked: Asked) => unknown {
  return (asked) => (asked.path === '/developers' ? answer(asked) : {});
}

/** For `assert.rejects`: one sentence that a person can act on, without the token. */
function sentence(pattern: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'CommandRefusal');
    assert.match(error.message, pattern);
    assert.doesNotMatch(error.message, /secret-token/);
    return true;
  };
}

async function refuses(t: TestContext, answer: (asked: Asked) => unknown, pattern: RegExp): Promise<readonly string[]> {
  const { base, asked } = await startFakeSource(t, answer);
  await assert.rejects(walkAll(base), sentence(pattern));
  return asked;
}

test('the account that may not read, or is unknown, is told so at once', async (t) => {
  for (const [status, pattern] of [
    [401, /does not accept the name and password, or the token \(401\): nobody/],
    [403, /does not let this account read it \(403\): nobody/],
    [404, /developers.* no such thing \(404\).*--from/],
    [500, /answers 500: nobody/],
  ] as const) {
    const asked = await refuses(
      t,
      withDevelopers(({ response }) => void response.writeHead(status).end('{"code":"x","message":"nobody"}')),
      pattern,
    );
    assert.equal(asked.filter((each) => each.startsWith('/developers')).length, 1);
  }
});

test('a refusal of X and one of a gateway are read for what they say', async (t) => {
  const x = { error: { code: 403, message: 'Permission denied', status: 'PERMISSION_DENIED' } };
  await refuses(
    t,
    withDevelopers(({ response }) => void response.writeHead(403).end(JSON.stringify(x))),
    /denied$/,
  );
  const gateway = { fault: { faultstring: 'Bad day', detail: { errorcode: 'x' } } };
  await refuses(
    t,
    withDevelopers(({ response }) => void response.writeHead(500).end(JSON.stringify(gateway))),
    /Bad day$/,
  );
});

test('the credentials are not carried to where a redirection leads', async (t) => {
  const elsewhere = await startFakeSource(t, () => ({}));
  await refuses(
    t,
    withDevelopers(({ response }) => void response.writeHead(302, { location: elsewhere.base.href }).end()),
    /has moved to http:.*give that as --from/,
  );
  assert.deepEqual(elsewhere.asked, []);
});

test('a source that is busy for a while is asked again when it says, and answers whole', async (t) => {
  let calls = 0;
  const { base } = await startFakeSource(
    t,
    withDevelopers(({ response }) => {
      calls += 1;
      if (calls === 1) return void response.writeHead(429, { 'retry-after': '0' }).end('{}');
      if (calls === 2) return void response.writeHead(503, { 'retry-after': new Date(0).toUTCString() }).end('no');
      if (calls === 3) return void response.destroy();
      return { developer: [developer('ann@example.com')] };
    }),
  );
  const { records, waits } = await walkAll(base, { retriesMax: 3 });
  assert.deepEqual(
    records.map((record) => record.kind === 'developer' && record.email),
    ['ann@example.com'],
  );
  assert.equal(waits.length, 3);
  assert.match(waits[0] ?? '', /answers 429; trying again in 0\.0 s/);
  assert.match(waits[2] ?? '', /breaks off \(ECONNRESET\); trying again in [01]\.\d s/);
});

test('a source that stays busy, or wants to be left alone for hours, ends with a sentence', async (t) => {
  const stays = withDevelopers(({ response }) => void response.writeHead(429, { 'retry-after': '0' }).end());
  const asked = await refuses(t, stays, /answers 429, and was tried 2 times/);
  assert.equal(asked.filter((each) => each.startsWith('/developers')).length, 2);
  const hours = withDevelopers(({ response }) => void response.writeHead(429, { 'retry-after': '7200' }).end());
  await refuses(t, hours, /asks to be left alone for 7200 s/);
});

test('an answer that is cut off is asked for again, and given up with a sentence', async (t) => {
  await refuses(
    t,
    withDevelopers(({ response }) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"developer":[');
      setImmediate(() => response.destroy());
    }),
    /breaks off \(ECONNRESET\), and was tried 2 times/,
  );
});

test('half a JSON text, a page of HTML and JSON of another shape are no answers', async (t) => {
  const half = withDevelopers(({ response }) => void response.end('{"developer":[{"email":'));
  await refuses(t, half, /characters that are no JSON/);
  await refuses(
    t,
    withDevelopers(({ response }) => void response.end('<html>')),
    /characters that are no JSON/,
  );
  for (const [said, pattern] of [
    [['ann@example.com'], /lists names where each developer was asked for whole/],
    ['text', /list of each developer is no object/],
    [{ developer: { email: 'x' } }, /list of each developer: developer is no list/],
    [{ developer: ['x'] }, /list of each developer: developer\[0\] is no object/],
    [{ developer: [{ firstName: 'A' }] }, /developer\[0\]\.email is missing/],
    [{ developer: [{ ...developer('a@example.com'), status: 'gone' }] }, /status is "gone", which is none of active/],
    [{ developer: [{ ...developer('a@example.com'), createdAt: 'soon' }] }, /developer a@example\.com: .*createdAt is/],
  ] as const) {
    await refuses(
      t,
      withDevelopers(() => said),
      pattern,
    );
  }
});

const thousand = Array.from({ length: 1000 }, (_, at) => developer(`d${String(at).padStart(4, '0')}@example.com`));

test('a list that is cut at 1,000 is followed on, and what a page begins with again comes once', async (t) => {
  const more = [...thousand, ...thousand.map(({ email }) => developer(`e${email}`))];
  const { base, asked } = await startFakeSource(
    t,
    withDevelopers(({ query }) => {
      const from = more.findIndex(({ email }) => email === query.get('startKey'));
      return { developer: more.slice(Math.max(0, from)).slice(0, 1000) };
    }),
  );
  const { records } = await walkAll(base);
  const emails = records.map((record) => record.kind === 'developer' && record.email);
  assert.deepEqual(
    emails,
    more.map(({ email }) => email),
  );
  assert.ok(asked.some((each) => each.includes('startKey=d0999%40example.com')));
});

test('a source that cuts at 1,000 and does not know startKey ends with a sentence instead of a loop', async (t) => {
  const asked = await refuses(
    t,
    withDevelopers(() => ({ developer: thousand })),
    /list of each developer from d0999@example\.com on .* does not get on, and its list may be cut/,
  );
  assert.equal(asked.filter((each) => each.startsWith('/developers')).length, 2);
});

test('a source that leads back to an older page ends with a sentence instead of a loop', async (t) => {
  let calls = 0;
  await refuses(
    t,
    withDevelopers(() => {
      calls += 1;
      return { developer: calls === 2 ? thousand.slice(998) : thousand.slice(0, 999) };
    }),
    /does not get on/,
  );
});

test('an organization without paging answers all at once, whatever is asked for', async (t) => {
  const { base } = await startFakeSource(
    t,
    withDevelopers(() => ({ developer: [...thousand, developer('x@example.com')] })),
  );
  assert.equal((await walkAll(base)).records.length, 1001);
});

test('a developer who goes away while pages are read is named, and nothing is taken for the end', async (t) => {
  await refuses(
    t,
    withDevelopers(({ query, response }) =>
      query.has('startKey') ? void response.writeHead(404).end('{}') : { developer: thousand },
    ),
    /no longer has d0999@example\.com.*changes while it is read/,
  );
});

test('a page token that leads back ends with a sentence instead of a loop', async (t) => {
  const { base } = await startFakeSource(
    t,
    ({ path }) => (path === '/appgroups' ? { appGroups: [{ name: 'a' }], nextPageToken: 'a' } : {}),
    { name: 'acme', runtimeType: 'CLOUD' },
  );
  await assert.rejects(walkAll(base), sentence(/token that leads back: it does not get on/));
});

test('a source that nobody can reach is named', async () => {
  await assert.rejects(
    walkAll(new URL('http://127.0.0.1:1/v1')),
    sentence(/127\.0\.0\.1:1\/v1.*ECONNREFUSED.*2 times/),
  );
  await assert.rejects(walkAll(new URL('http://no-such-host.invalid/v1')), sentence(/can't be reached|breaks off/));
});
