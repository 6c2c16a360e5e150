import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { adminEmail, startTestServer, type TestServer } from '../support/server.ts';
import {
  bind,
  execute,
  fieldsOf,
  parse,
  query,
  type ServerMessage,
  startup,
  stateOf,
  sync,
  WireClient,
} from '../support/wire-client.ts';

/** What ParameterStatus told. */
function toldBy(messages: readonly ServerMessage[]): Record<string, string> {
  const told = messages.filter(({ type }) => type === 'S').map(({ body }) => body.toString('utf8').split('\0'));
  return Object.fromEntries(told.map(([name = '', value = '']) => [name, value]));
}

describe('settings that clients of PostgreSQL are told of', () => {
  let server: TestServer;
  const clients: WireClient[] = [];
  before(async () => {
    server = await startTestServer({ settings: { sqlListen: '127.0.0.1:0', sqlAnonymous: `stackql=${adminEmail}` } });
  });
  after(async () => {
    for (const client of clients) client.close();
    await server?.close();
  });

  async function begin(settings: Readonly<Record<string, string>> = {}) {
    const client = await WireClient.open(server.ports.sql ?? 0);
    clients.push(client);
    client.send(startup('stackql', undefined, settings));
    const greeting = await client.until('Z');
    const ask = async (...messages: readonly Buffer[]) => {
      client.send(...messages);
      const answer = await client.until('Z');
      assert.equal(answer.at(-1)?.type, 'Z');
      return { told: toldBy(answer), state: stateOf(answer), types: answer.map(({ type }) => type).join('') };
    };
    return { greeting, ask };
  }

  it('are told at the start, with what the client brought along', async () => {
    const plain = toldBy((await begin()).greeting);
    assert.deepEqual(plain, {
      application_name: '',
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      default_transaction_read_only: 'off',
      in_hot_standby: 'off',
      integer_datetimes: 'on',
      IntervalStyle: 'postgres',
      is_superuser: 'off',
      server_encoding: 'UTF8',
      server_version: '15.0',
      session_authorization: adminEmail,
      standard_conforming_strings: 'on',
      TimeZone: 'UTC',
    });
    const brought = await begin({
      application_name: 'jdbc',
      timezone: 'Europe/Berlin',
      datestyle: 'ISO',
      client_encoding: "'utf-8'",
      nobody_knows: 'this',
      options: '-c IntervalStyle=iso_8601 --statement-timeout=5s',
    });
    assert.deepEqual(toldBy(brought.greeting), {
      ...plain,
      application_name: 'jdbc',
      TimeZone: 'Europe/Berlin',
      IntervalStyle: 'iso_8601',
    });
    const shown = await brought.ask(query('show statement_timeout'));
    assert.equal(shown.types, 'TDCZ');
    assert.deepEqual((await brought.ask(query("set timezone = 'UTC'; reset timezone"))).told, {});
    assert.deepEqual((await brought.ask(query('set application_name = other'))).told, { application_name: 'other' });
    assert.deepEqual((await brought.ask(query('discard all'))).told, { application_name: 'jdbc' });
  });

  it('are told once they have changed, before the client may go on, and else not', async () => {
    const { ask } = await begin();
    const set = async (statement: string) => (await ask(query(statement))).told;
    assert.equal((await ask(query("set application_name to 'a b'"))).types, 'CSZ');
    assert.deepEqual(await set("set application_name to 'a b'"), {});
    assert.deepEqual(await set("set application_name to 'Zoë'"), { application_name: 'Zo?' });
    assert.deepEqual(await set('set datestyle to german, dmy; set time zone 2'), {
      DateStyle: 'German, DMY',
      TimeZone: '2',
    });
    assert.deepEqual(await set('set datestyle to iso'), { DateStyle: 'ISO, DMY' });
    assert.deepEqual(await set('set intervalstyle to SQL_STANDARD'), { IntervalStyle: 'sql_standard' });
    assert.deepEqual(await set("set names 'utf8'; set client_encoding to 'SQL_ASCII'"), {
      client_encoding: 'SQL_ASCII',
    });
    assert.deepEqual(await set('set search_path to public; set statement_timeout to 1000'), {});
    assert.deepEqual(await set('reset all'), {
      application_name: '',
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      IntervalStyle: 'postgres',
      TimeZone: 'UTC',
    });
    const extended = await ask(parse("set application_name = 'extended'"), bind(), execute(), sync);
    assert.deepEqual([extended.types, extended.told], ['12CSZ', { application_name: 'extended' }]);
    const failed = await ask(query("set application_name = 'before'; select absent"));
    assert.deepEqual([failed.state, failed.told], ['42703', { application_name: 'before' }]);
  });

  it('are refused what they can not be, at the start as well: text is UTF-8', async () => {
    const { ask } = await begin();
    for (const [statement, state] of [
      ["set client_encoding to 'LATIN1'", '22023'],
      ["set names 'win1252'", '22023'],
      ['set standard_conforming_strings to off', '22023'],
      ["set datestyle to 'stardate'", '22023'],
      ["set intervalstyle to 'long'", '22023'],
      ["set timezone to 'no zone at all'", '22023'],
      ['set default_transaction_read_only to maybe', '22023'],
      ["set server_version to '9'", '55P02'],
    ] as const) {
      const answer = await ask(query(statement));
      assert.deepEqual([answer.state, answer.told], [state, {}], statement);
    }
    for (const [name, value, state] of [
      ['client_encoding', 'LATIN1', '22023'],
      ['options', '-c client_encoding=LATIN1', '22023'],
      ['integer_datetimes', 'off', '55P02'],
    ] as const) {
      const error = (await begin({ [name]: value })).greeting.find(({ type }) => type === 'E');
      assert.ok(error);
      const { S: severity, C: code } = fieldsOf(error);
      assert.deepEqual([severity, code], ['FATAL', state], `${name} ${value}`);
    }
  });
});
