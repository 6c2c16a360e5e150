import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  fieldsOf,
  flush,
  frame,
  int16,
  int32,
  parse,
  query,
  startup,
  stateOf,
  sync,
  text,
  valuesOf,
  WireClient,
} from '../support/wire-client.ts';

const anonymous = new Map([['stackql', 'admin@example.com']]);
const user = 'stackql';
const [sslRequest, gssRequest] = [80_877_103, 80_877_104].map((code) => frame('', int32(code)));

describe('the PostgreSQL protocol, byte by byte', () => {
  let world: WireWorld;
  before(async () => {
    world = await openWireWorld({ anonymous });
  });
  after(() => world?.[Symbol.asyncDispose]());

  async function connect(t: TestContext): Promise<WireClient> {
    const client = await WireClient.open(world.listener.port);
    t.after(() => client.close());
    return client;
  }

  async function enter(t: TestContext, version?: number): Promise<WireClient> {
    const client = await connect(t);
    client.send(startup(user, version));
    await client.until('Z');
    return client;
  }

  it('says no to encryption that it has not, and goes on in clear', async (t) => {
    const client = await connect(t);
    client.send(gssRequest ?? sync);
    assert.equal(await client.byte(), 'N');
    client.send(sslRequest ?? sync);
    assert.equal(await client.byte(), 'N');
    client.send(startup(user));
    const told = await client.until('Z');
    assert.equal(told[0]?.type, 'R');
    const settings = told.filter(({ type }) => type === 'S').map(({ body }) => body.toString().split('\0'));
    assert.equal(settings.find(([name]) => name === 'server_version')?.[1], '15.0');
    assert.equal(told.find(({ type }) => type === 'K')?.body.length, 8);
  });

  it('takes nothing that was sent behind a request for encryption', async (t) => {
    const client = await connect(t);
    client.send(sslRequest ?? sync, startup(user));
    assert.equal(stateOf(await client.until('E')), '08P01');
  });

  it('speaks 3.2 with a longer secret, and offers it to who wants a newer one', async (t) => {
    const newer = await connect(t);
    newer.send(startup(user, (3 << 16) | 2));
    assert.equal((await newer.until('Z')).find(({ type }) => type === 'K')?.body.length, 36);
    const newest = await connect(t);
    newest.send(startup(user, (3 << 16) | 9999, { '_pq_.unheard_of': '1' }));
    const told = await newest.until('Z');
    const expected = Buffer.concat([int32((3 << 16) | 2), int32(1), text('_pq_.unheard_of')]);
    assert.deepEqual(told[0], { type: 'v', body: expected });
  });

  it('turns away another protocol, a packet that is too long, and who names no user', async (t) => {
    const wrong = {
      '0A000': startup(user, 2 << 16),
      '08P01': Buffer.concat([int32(10_005), Buffer.alloc(10_001)]),
      28000: frame('', int32(3 << 16), Buffer.alloc(1)),
    };
    for (const [state, bytes] of Object.entries(wrong)) {
      const client = await connect(t);
      client.send(bytes);
      assert.equal(stateOf(await client.until('E')), state);
      assert.equal(await client.message(), undefined);
    }
  });

  it('sends rows in portions, as many as each Execute asks for', async (t) => {
    const client = await enter(t);
    client.send(query('begin'));
    await client.until('Z');
    const sql = 'with recursive c(i) as (select 1 union all select i + 1 from c limit 1200) select i from c';
    client.send(parse(sql), bind({ portal: 'p' }), describeMessage('P', 'p'), execute(500, 'p'), flush);
    const first = (await client.until('s')).map(({ type }) => type).join('');
    assert.equal(first, `12T${'D'.repeat(500)}s`);
    client.send(execute(500, 'p'), execute(0, 'p'), execute(0, 'p'), sync);
    const rest = await client.until('Z');
    assert.equal(rest.map(({ type }) => type).join(''), `${'D'.repeat(500)}s${'D'.repeat(200)}CCZ`);
    assert.equal(world.held.results, 0);
    client.send(query('rollback'), bind({ portal: 'p' }), sync);
    assert.equal(await client.types(), 'CZ');
    // A simple query takes the unnamed statement along.
    assert.equal(stateOf(await client.until('Z')), '26000');
  });

  it('ends a portal that is half read with its transaction', async (t) => {
    const client = await enter(t);
    client.send(parse('select n from numbers'), bind({ portal: 'p' }), execute(1, 'p'), sync);
    assert.equal(await client.types(), '12DsZ');
    assert.equal(world.held.results, 0);
    client.send(execute(1, 'p'), sync);
    assert.equal(stateOf(await client.until('Z')), '34000');
  });

  it('tells the types of parameters and columns before it runs anything', async (t) => {
    const client = await enter(t);
    client.send(parse('select n, word from numbers where n = $1 and word = $2 and $3', 's', [0, 0, 16]));
    client.send(describeMessage('S', 's'), close('S', 's'), describeMessage('S', 's'), sync);
    const told = await client.until('Z');
    assert.deepEqual(told.map(({ type }) => type).join(''), '1tT3EZ');
    assert.deepEqual(told[1]?.body, Buffer.concat([int16(3), int32(20), int32(25), int32(16)]));
    assert.equal(stateOf(told), '26000');
  });

  it('reads parameters in binary and answers in binary', async (t) => {
    const client = await enter(t);
    const types = [23, 20, 21, 701, 16, 25, 17, 1700, 2950, 1184];
    const [eight, double] = [Buffer.alloc(8), Buffer.alloc(8)];
    eight.writeBigInt64BE(2n ** 53n + 1n);
    double.writeDoubleBE(2.5);
    const numeric = Buffer.concat([2, 0, 0x4000, 1, 12, 3400].map(int16));
    const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const [four, two] = [int32(-7), int16(7)];
    const truth = Buffer.from([1]);
    const values = [
      four,
      eight,
      two,
      double,
      truth,
      Buffer.from('é'),
      Buffer.from([0, 255]),
      numeric,
      uuid,
      Buffer.alloc(8),
    ];
    client.send(parse(`select ${types.map((_, index) => `$${index + 1}`).join(', ')}`, '', types));
    client.send(bind({ formats: [1], values, resultFormats: [1] }), execute(), sync);
    const told = await client.until('Z');
    const row = told.find(({ type }) => type === 'D');
    assert.ok(row, JSON.stringify(told.filter(({ type }) => type === 'E').map(fieldsOf)));
    assert.deepEqual(
      valuesOf(row).map((value) => value?.toString()),
      [
        '-7',
        '9007199254740993',
        '7',
        '2.5',
        '1',
        'é',
        '\\x00ff',
        '-12.34',
        '00112233-4455-6677-8899-aabbccddeeff',
        '2000-01-01T00:00:00.000Z',
      ],
    );
    client.send(parse('select n from numbers where n = $1'), bind({ values: [Buffer.from('2')], resultFormats: [1] }));
    client.send(execute(), sync);
    const binary = (await client.until('Z')).find(({ type }) => type === 'D');
    assert.deepEqual(binary && valuesOf(binary), [Buffer.from([0, 0, 0, 0, 0, 0, 0, 2])]);
  });

  it('refuses parameters that are not what they are said to be', async (t) => {
    const client = await enter(t);
    const wrong: [number, number, Buffer, string][] = [
      [23, 0, Buffer.from('x'), '22P02'],
      [20, 0, Buffer.from('9223372036854775808'), '22P02'],
      [16, 0, Buffer.from('maybe'), '22P02'],
      [25, 0, Buffer.from([0xff]), '22021'],
      [25, 0, Buffer.from('a\0b'), '22021'],
      [23, 1, Buffer.alloc(3), '22P03'],
      [1700, 1, Buffer.alloc(9), '22P03'],
      [600, 1, Buffer.alloc(16), '0A000'],
    ];
    for (const [type, format, value, state] of wrong) {
      client.send(parse('select $1', '', [type]), bind({ formats: [format], values: [value] }), execute(), sync);
      assert.equal(stateOf(await client.until('Z')), state, `${type} ${format} ${value.toString('hex')}`);
    }
    client.send(parse('select $1'), bind(), execute(), sync);
    assert.equal(stateOf(await client.until('Z')), '08P01');
  });

  it('leaves everything out after an error until Sync', async (t) => {
    const client = await enter(t);
    client.send(parse('select missing'), bind(), execute(), query('select 1'), describeMessage('S', 'none'), sync);
    assert.equal(await client.types(), 'EZ');
    client.send(parse(''), bind(), describeMessage('P'), execute(), sync);
    assert.equal(await client.types(), '12nIZ');
    client.send(parse('select 1; select 2'), sync);
    assert.equal(stateOf(await client.until('Z')), '42601');
  });

  it('refuses function calls, and leaves out what belongs to a COPY', async (t) => {
    const client = await enter(t);
    client.send(frame('d', Buffer.from('data')), frame('c'), frame('F', Buffer.alloc(10)));
    assert.equal(stateOf(await client.until('Z')), '0A000');
  });

  it('ends the connection over what is no message', async (t) => {
    for (const bytes of [
      frame('?'),
      frame('Q', Buffer.from('no end')),
      frame('B', Buffer.alloc(3)),
      Buffer.from('Q\0\0\0\x01'),
    ]) {
      const client = await enter(t);
      client.send(bytes);
      assert.equal(stateOf(await client.until('E')), '08P01');
      assert.equal(await client.message(), undefined);
    }
    const long = await enter(t);
    long.send(Buffer.concat([Buffer.from('Q'), int32(2 ** 30)]));
    assert.equal(stateOf(await long.until('E')), '08P01');
  });

  it('cancels what runs, for who knows the secret, and nothing else', async (t) => {
    const client = await connect(t);
    client.send(startup(user));
    const key = (await client.until('Z')).find(({ type }) => type === 'K')?.body ?? Buffer.alloc(0);
    const cancel = async (body: Buffer) => {
      const other = await connect(t);
      other.send(frame('', int32(80_877_102), body));
      assert.equal(await other.message(), undefined);
    };
    await cancel(key);
    client.send(query("select 'not while nothing ran'"));
    assert.equal(await client.types(), 'TDCZ');
    client.send(query("select 'sleep'"));
    await cancel(Buffer.concat([key.subarray(0, 4), int32(1)]));
    await cancel(key.subarray(0, 4));
    let isOver = false;
    const over = client.until('Z').then((messages) => {
      isOver = true;
      return messages;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isOver, false);
    await cancel(key);
    assert.equal(stateOf(await over), '57014');
    client.send(query('select 1'));
    assert.equal(await client.types(), 'TDCZ');
  });
});
