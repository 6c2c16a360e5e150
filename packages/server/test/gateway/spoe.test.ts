import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { startSpoeAgent } from '../../src/surfaces/gateway/spoe/agent.ts';
import { type GatewayWorld, openGatewayWorld } from '../support/gateway-world.ts';
import { frame, frames, hello, message, notify, pairs, SpopClient, type Typed, varint } from '../support/spop.ts';

let world: GatewayWorld;
let port = 0;
let close: () => Promise<void>;
/** No test waits for a client to close. */
const closeMs = 200;

before(async () => {
  world = await openGatewayWorld();
  ({ port, close } = await startSpoeAgent(world.parts, { host: '127.0.0.1', port: 0, limits: { closeMs } }));
});
after(async () => {
  await close();
  await world[Symbol.asyncDispose]();
});

type Args = Readonly<Record<string, Typed>>;

function args(given: Args = {}): Args {
  const headers = `host: api.example\r\nx-api-key: ${world.key}\r\n\r\n`;
  const call = { method: 'GET', path: '/shop/v1/a/b?c=1', headers };
  return { token: world.token, proxy: 'shop', base: '/shop/v1', key: 'header:x-api-key', ...call, ...given };
}

/** Says all of this, and tells how the agent ended the connection. */
async function endOf(...bytes: readonly Buffer[]): Promise<Typed | undefined> {
  return statusOf(await SpopClient.open(port), ...bytes);
}

async function statusOf(client: SpopClient, ...bytes: readonly Buffer[]): Promise<Typed | undefined> {
  client.send(Buffer.concat(bytes));
  let status: Typed | undefined;
  for (;;) {
    const found = await client.next();
    if (found === undefined) return status;
    if (found.type === frames.agentDisconnect) status = found.values['status-code'];
  }
}

it('agrees with HAProxy on a version, the size of frames, and pipelining', async () => {
  for (const [size, agreed] of [
    [16_380, 16_380],
    [256, 256],
    [1_000_000, 65_536],
  ] as const) {
    const client = await SpopClient.open(port);
    client.send(hello({ 'max-frame-size': size, 'supported-versions': '3.1, 2.0,1.5' }));
    const { type, values } = (await client.next()) ?? assert.fail();
    assert.equal(type, frames.agentHello);
    assert.deepEqual(values, { version: '2.0', 'max-frame-size': agreed, capabilities: 'pipelining' });
    client.close();
  }
});

it('ends a greeting that can not be agreed on with its reason', async () => {
  const pair = (name: string) => hello({ [name]: null });
  assert.equal(await endOf(pair('supported-versions')), 5);
  assert.equal(await endOf(pair('max-frame-size')), 6);
  assert.equal(await endOf(pair('capabilities')), 7);
  assert.equal(await endOf(hello({ 'supported-versions': '1.0,3.0' })), 8);
  assert.equal(await endOf(hello({ 'max-frame-size': 255 })), 9);
  assert.equal(await endOf(notify(1, args())), 4, 'asks before it greets');
  assert.equal(await endOf(hello(), hello()), 4, 'greets twice');
  assert.equal(await endOf(hello({ 'engine-id': 'e'.repeat(5000) })), 3, 'a greeting that is too long');
});

it('answers a health check, and closes', async () => {
  const client = await SpopClient.open(port);
  client.send(hello({ healthcheck: true }));
  assert.equal((await client.next())?.type, frames.agentHello);
  assert.equal(await client.next(), undefined);
});

it('says goodbye to who says goodbye', async () => {
  const goodbye = frame({ type: frames.disconnect, payload: pairs({ 'status-code': 0, message: 'normal' }) });
  assert.equal(await endOf(hello(), goodbye), 0);
});

it('tells who calls in variables of the transaction', async () => {
  const client = await SpopClient.greet(port);
  const { type, stream, frame: id, values } = (await client.ask(args(), 70_000)) ?? assert.fail();
  assert.deepEqual([type, stream, id], [frames.ack, 70_000, 1]);
  const { app, developer } = world;
  assert.deepEqual(
    [values['allowed'], values['app'], values['developer'], values['company'], values['quota_limit'], values['reason']],
    [true, app, developer, null, '10', null],
  );
  client.close();
});

it('tells why a call is refused, as Apigee tells it', async () => {
  const client = await SpopClient.greet(port);
  const ask = async (given: Args) => (await client.ask(args(given)))?.values ?? assert.fail();
  const headers = `x-api-key: ${world.revokedKey}\r\n\r\n`;
  const refused = await ask({ headers });
  assert.deepEqual([refused['allowed'], refused['reason'], refused['status']], [false, 'credential.revoked', 401]);
  assert.equal(refused['fault_code'], 'oauth.v2.ApiKeyNotApproved');
  assert.match(String(refused['fault_body']), /^\{"fault":\{"faultstring":"ApiKey not approved"/);
  assert.equal((await ask({ headers: '\r\n' }))['reason'], 'credential.missing');
  assert.equal((await ask({ path: '/shop/v1/a/../b' }))['reason'], 'request.ambiguous-path');
  assert.equal((await ask({ path: null }))['reason'], 'request.ambiguous-path');
  assert.equal((await ask({ method: 'POST' }))['reason'], 'product.no-match');
  assert.equal((await ask({ proxy: 'other' }))['reason'], 'product.no-match');
  const twice = `x-api-key: ${world.key}\r\nx-api-key: ${world.revokedKey}\r\n\r\n`;
  assert.equal((await ask({ headers: twice }))['reason'], 'credential.missing');
  client.close();
});

it('takes the key out of the query, and hands it on where that is asked for', async () => {
  const client = await SpopClient.greet(port);
  const path = `/shop/v1/a/b?x=1&%6bey=${world.key}&y`;
  const taken = await client.ask(args({ key: 'query:key', path }));
  assert.equal(taken?.values['passed_path'], '/shop/v1/a/b?x=1&y');
  const passed = await client.ask(args({ key: 'query:key', path, pass: 'key' }));
  assert.deepEqual([passed?.values['allowed'], passed?.values['passed_path']], [true, null]);
  const headers = `authorization: Bearer ${world.key}\r\n\r\n`;
  const bearer = await client.ask(args({ key: 'header:x-api-key,bearer', headers }));
  assert.deepEqual([bearer?.values['allowed'], bearer?.values['takes_authorization']], [true, true]);
  client.close();
});

it('takes a call of gRPC for the operation that its path names', async () => {
  const client = await SpopClient.greet(port);
  const headers = `content-type: application/grpc+proto\r\nx-api-key: ${world.key}\r\n\r\n`;
  const ask = async (path: string) =>
    (await client.ask(args({ base: '/', method: 'POST', headers, path })))?.values['allowed'];
  assert.deepEqual([await ask('/shop.Orders/Get'), await ask('/shop.Orders/Delete')], [true, false]);
  client.close();
});

it('refuses whoever has no runtime credential, and what can only be a mistake of the operator', async () => {
  const client = await SpopClient.greet(port);
  const cases: [Args, string][] = [
    [{ token: null }, 'auth.missing'],
    [{ token: `${world.token.slice(0, -1)}!` }, 'auth.wrong-credentials'],
    [{ token: world.key }, 'auth.wrong-credentials'],
    ...[
      { proxi: 'shop' },
      { key: null },
      { key: 'cookie:x' },
      { key: 'header:' },
      { base: 'shop' },
      { pass: 'all' },
      { environment: '' },
      { attribute: 'everybody:x' },
      { method: true },
      { headers: null },
      { headers: 'x-api-key: cut off\r\n' },
      { headers: 'no colon\r\n\r\n' },
    ].map((given): [Args, string] => [given, 'gateway.misconfigured']),
  ];
  for (const [given, reason] of cases) {
    const found = await client.ask(args(given));
    const told = [found?.values['allowed'], found?.values['reason'], found?.values['status']];
    assert.deepEqual(told, [false, reason, 503], JSON.stringify(given));
  }
  const { path: _, ...pathless } = args();
  assert.equal((await client.ask(pathless))?.values['reason'], 'gateway.misconfigured');
  client.send(frame({ type: frames.notify, payload: Buffer.concat([message(args()), message(args())]) }));
  assert.equal((await client.next())?.values['reason'], 'gateway.misconfigured', 'two messages in one frame');
  assert.equal((await client.ask(args()))?.values['allowed'], true, 'the connection goes on');
  const told = world.test.logLines.join('\n');
  assert.ok(told.includes('there is no argument proxi'), told);
  assert.ok(!told.includes(world.token) && !told.includes(world.key), told);
  client.close();
});

it('answers every question of a crowd, each with its own ids', async () => {
  const client = await SpopClient.greet(port);
  const count = 2000;
  const wrong = { headers: `x-api-key: ${world.revokedKey}\r\n\r\n` };
  client.send(Buffer.concat(Array.from({ length: count }, (_, at) => notify(at, args(at % 2 === 0 ? {} : wrong)))));
  const answers = new Map<number, Typed | undefined>();
  while (answers.size < count) {
    const { stream, values } = (await client.next()) ?? assert.fail('cut off');
    answers.set(stream, values['allowed']);
  }
  for (const [stream, allowed] of answers) assert.equal(allowed, stream % 2 === 0);
  client.close();
});

it('keeps what it says within the size that was agreed on', async () => {
  const client = await SpopClient.greet(port, { 'max-frame-size': 256 });
  // Who calls has no room in so small an answer.
  const { values } = (await client.ask(args())) ?? assert.fail();
  assert.deepEqual([values['allowed'], values['reason'], values['status']], [false, 'gateway.answer-too-long', 503]);
  client.send(notify(1, args({ path: `/shop/v1/a/${'b'.repeat(256)}` })));
  const end = await client.next();
  assert.deepEqual([end?.type, end?.values['status-code']], [frames.agentDisconnect, 3]);
});

const notified = (payload: Buffer) => frame({ type: frames.notify, stream: 1, frame: 1, payload });

it('ends a connection over a frame that is none, and no other connection', async () => {
  const other = await SpopClient.greet(port);
  const length = (bytes: number) => {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(bytes);
    return prefix;
  };
  const cases: [string, Buffer, number][] = [
    ['longer than agreed', length(16_381), 3],
    ['longer than anything', length(0xffff_ffff), 3],
    ['empty', length(0), 4],
    ['a type alone', Buffer.concat([length(1), Buffer.from([3])]), 4],
    ['no frame id', Buffer.concat([length(6), Buffer.from([3, 0, 0, 0, 1, 5])]), 4],
    ['a first part', frame({ type: frames.notify, flags: 0, payload: message(args()) }), 10],
    ['a later part', frame({ type: frames.unset, payload: message(args()) }), 10],
    ['a cut name', notified(Buffer.from([200, 1, 2])), 4],
    ['fewer arguments than said', notified(Buffer.concat([Buffer.from([1, 97, 2]), pairs({ a: 1 })])), 4],
    ['a value of no type', notified(Buffer.from([1, 97, 1, 1, 98, 0x0a])), 4],
    ['a value that is cut off', notified(Buffer.from([1, 97, 1, 1, 98, 0x08, ...varint(9000), 1])), 4],
    ['a number without an end', notified(Buffer.from([1, 97, 1, 1, 98, 3, ...Array(20).fill(255)])), 4],
    ['a length without an end', notified(Buffer.from(Array(30).fill(255))), 4],
  ];
  for (const [name, bytes, status] of cases) assert.equal(await endOf(hello(), bytes), status, name);
  assert.equal((await other.ask(args()))?.values['allowed'], true);
  const unknown = frame({ type: 77, payload: Buffer.from('whatever') });
  other.send(unknown);
  assert.equal((await other.ask(args()))?.values['allowed'], true, 'frames of another type are skipped');
  other.close();
});

it('waits for nobody for ever', async () => {
  const place = { host: '127.0.0.1', port: 0 };
  // One short limit each, so that no other one is met on a busy machine.
  const hasty = await startSpoeAgent(world.parts, { ...place, limits: { helloMs: 100, closeMs } });
  assert.equal(await statusOf(await SpopClient.open(hasty.port)), 2, 'says nothing');
  assert.equal(await statusOf(await SpopClient.open(hasty.port), hello().subarray(0, 20)), 2, 'greets by halves');
  await hasty.close();
  const strict = await startSpoeAgent(world.parts, { ...place, limits: { frameMs: 400, closeMs } });
  const halves = [hello(), notify(1, args()).subarray(0, 20)];
  assert.equal(await statusOf(await SpopClient.open(strict.port), ...halves), 2, 'asks by halves');
  const client = await SpopClient.greet(strict.port);
  for (const byte of notify(1, args()).subarray(0, 60)) {
    client.send(Buffer.from([byte]));
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.equal((await client.next())?.values['status-code'], 2, 'asks letter by letter');
  await strict.close();
});

it('deals with a question that comes in pieces', async () => {
  const client = await SpopClient.greet(port);
  client.socket.setNoDelay(true);
  for (const byte of Buffer.concat([notify(1, args()), notify(2, args())])) client.socket.write(Buffer.from([byte]));
  assert.deepEqual([(await client.next())?.stream, (await client.next())?.stream], [1, 2]);
  client.close();
});

const noise = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  // What looks like a frame gets further in.
  fc
    .tuple(
      fc.constantFrom(0, 1, 2, 3, 101, 103, 200),
      fc.constantFrom(0, 1, 2, 3, 255),
      fc.uint8Array({ maxLength: 120 }),
    )
    .map(([type, flags, bytes]) => frame({ type, flags, payload: Buffer.from(bytes) })),
  fc.constantFrom('hello', 'notify').map((each) => (each === 'hello' ? hello() : notify(3, args()))),
  fc.tuple(fc.nat(400), fc.nat(255)).map(([at, by]) => {
    const bytes = notify(3, args());
    bytes[at % bytes.length] = by;
    return bytes;
  }),
);

it('survives whatever comes, cut wherever it is cut', async () => {
  const streams = fc.record({ greets: fc.boolean(), parts: fc.array(noise, { maxLength: 6 }), cut: fc.nat(300) });
  await fc.assert(
    fc.asyncProperty(streams, async ({ greets, parts, cut }) => {
      const client = await SpopClient.open(port);
      const bytes = Buffer.concat([...(greets ? [hello()] : []), ...parts]);
      client.send(bytes.subarray(0, cut));
      client.socket.end(bytes.subarray(cut));
      while ((await client.next()) !== undefined);
    }),
    { numRuns: 150 },
  );
  const client = await SpopClient.greet(port);
  assert.equal((await client.ask(args()))?.values['allowed'], true);
  client.close();
  assert.ok(!world.test.logLines.some((line) => line.includes('bug:')), world.test.logLines.join('\n'));
});

it('answers what is under way before it closes, and fails health checks once it is stale', async () => {
  const { verifier, test, parts } = world;
  const second = await startSpoeAgent(parts, { host: '127.0.0.1', port: 0 });
  const client = await SpopClient.greet(second.port);
  client.send(notify(5, args()));
  assert.equal((await client.next())?.stream, 5);
  const closed = second.close();
  const end = await client.next();
  assert.deepEqual([end?.type, end?.values['status-code']], [frames.agentDisconnect, 0]);
  await closed;
  // Nothing is heard any more; the last test of this file.
  await verifier.stop();
  test.clock.advance(200_000);
  assert.equal(await endOf(hello({ healthcheck: true })), 100);
  const late = await SpopClient.greet(port);
  const found = await late.ask(args());
  assert.deepEqual([found?.values['reason'], found?.values['status']], ['verifier.stale', 503]);
  late.close();
});
