import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../../src/domain/problem.ts';
import type { Json } from '../../../src/surfaces/x/json.ts';
import { defineMessage, type Field, type Message } from '../../../src/surfaces/x/message.ts';
import { decodeMessage, encodeMessage } from '../../../src/surfaces/x/proto-json.ts';
import { attributeMessage } from '../../../src/surfaces/x/schema/attribute.ts';
import { developerMessage, listOfDevelopersMessage } from '../../../src/surfaces/x/schema/developer.ts';
import { environmentMessage } from '../../../src/surfaces/x/schema/environment.ts';
import { organizationMessage } from '../../../src/surfaces/x/schema/organization.ts';

function caught(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

function refusal(message: Message, body: unknown): { code: string; facts: unknown } {
  const { code, facts } = caught(() => decodeMessage(message, body));
  return { code, facts };
}

const everyTypeMessage = defineMessage({
  name: 'EveryType',
  doc: 'One field of each type.',
  fields: {
    someText: { type: 'string', doc: '' },
    bigNumber: { type: 'int64', doc: '' },
    wideNumber: { type: 'wideInt64', doc: '' },
    smallNumber: { type: 'int32', doc: '' },
    yesNo: { type: 'bool', doc: '' },
    fraction: { type: 'double', doc: '' },
    anything: { type: 'any', doc: '' },
    bigNumbers: { type: 'int64', repeated: true, doc: '' },
    inner: { type: attributeMessage, doc: '' },
    onlyIn: { type: 'int64', inputOnly: true, doc: '' },
    onlyOut: { type: 'int64', outputOnly: true, doc: '' },
  },
});

describe('encoding', () => {
  test('prints a developer as Google does: declared order, int64 as strings, empties left out', () => {
    const json = encodeMessage(developerMessage, {
      lastModifiedAt: 1636050369457,
      createdAt: 1636050369457,
      status: 'active',
      attributes: [{ name: 'tier', value: '' }],
      userName: '',
      apps: [],
      companies: undefined,
      email: 'ann@example.com',
    });
    assert.equal(
      JSON.stringify(json),
      '{"email":"ann@example.com","attributes":[{"name":"tier"}],"status":"active",' +
        '"createdAt":"1636050369457","lastModifiedAt":"1636050369457"}',
    );
  });

  test('answers an empty list with an empty object', () => {
    assert.deepEqual(encodeMessage(listOfDevelopersMessage, { developer: [] }), {});
  });

  test('leaves out zero values, and keeps an empty message that is set', () => {
    const json = encodeMessage(everyTypeMessage, { bigNumber: 0, smallNumber: 0, yesNo: false, inner: {} });
    assert.deepEqual(json, { inner: {} });
    const organization = encodeMessage(organizationMessage, {
      runtimeType: 'HYBRID',
      state: 'STATE_UNSPECIFIED',
      addonsConfig: { monetizationConfig: { enabled: true } },
    });
    assert.deepEqual(organization, { runtimeType: 'HYBRID', addonsConfig: { monetizationConfig: { enabled: true } } });
  });

  test('keeps zero values inside a list, and -1', () => {
    assert.deepEqual(encodeMessage(everyTypeMessage, { bigNumbers: [0, -1], smallNumber: -1 }), {
      smallNumber: -1,
      bigNumbers: ['0', '-1'],
    });
  });

  test('never shows an input-only member or one that is not declared', () => {
    const value = { onlyIn: 5, onlyOut: 6, password: 'secret' };
    assert.deepEqual(encodeMessage(everyTypeMessage, value), { onlyOut: '6' });
  });

  test('refuses to print a number that is no int64', () => {
    for (const createdAt of [1.5, Number.NaN, 2 ** 60]) {
      assert.throws(() => encodeMessage(developerMessage, { createdAt }), RangeError);
    }
  });
});

describe('decoding', () => {
  test('takes lowerCamel and snake_case names', () => {
    const expected = { firstName: 'Ann', someOther: undefined };
    assert.equal(decodeMessage(developerMessage, { first_name: 'Ann' }).firstName, expected.firstName);
    assert.equal(decodeMessage(developerMessage, { firstName: 'Ann' }).firstName, expected.firstName);
  });

  test('refuses a member that is given under both names', () => {
    assert.deepEqual(refusal(developerMessage, { firstName: 'Ann', first_name: 'Bea' }), {
      code: 'request.invalid',
      facts: { field: 'firstName', reason: 'is given twice' },
    });
  });

  test('takes int64 as string or number', () => {
    for (const given of ['1636050369457', 1636050369457]) {
      assert.equal(decodeMessage(everyTypeMessage, { bigNumber: given }).bigNumber, 1636050369457);
    }
    assert.equal(decodeMessage(everyTypeMessage, { bigNumber: '-1' }).bigNumber, -1);
    assert.ok(Object.is(decodeMessage(everyTypeMessage, { bigNumber: '-0' }).bigNumber, 0));
  });

  test('takes every int64 of a wide field, as text in one spelling, and no number that a double may have rounded', () => {
    const read = (wideNumber: unknown) => decodeMessage(everyTypeMessage, { wideNumber }).wideNumber;
    for (const text of ['9223372036854775807', '-9223372036854775808', '9007199254740993', '0']) {
      assert.equal(read(text), text);
    }
    assert.deepEqual([read('-0'), read(-0), read(12), read(-12)], ['0', '0', '12', '-12']);
    assert.deepEqual(encodeMessage(everyTypeMessage, { wideNumber: '0' }), {});
    for (const refused of [
      '9223372036854775808',
      '-9223372036854775809',
      2 ** 53,
      1.5,
      '1.5',
      '1e3',
      '',
      '+1',
      '01',
      [],
    ]) {
      assert.equal(refusal(everyTypeMessage, { wideNumber: refused }).code, 'request.invalid', JSON.stringify(refused));
    }
  });

  test('reads null as unset', () => {
    assert.deepEqual(decodeMessage(developerMessage, { email: null, attributes: null, first_name: 'A' }), {
      firstName: 'A',
    });
  });

  test('ignores output-only members unseen, as clients that send back what they got need', () => {
    const body = {
      email: 'a@b.c',
      createdAt: 'when?',
      created_at: {},
      status: ['x'],
      lastModifiedAt: 16,
      userName: 'a',
    };
    assert.deepEqual(decodeMessage(developerMessage, body), { email: 'a@b.c', userName: 'a' });
  });

  test('reads an absent body as an empty message', () => {
    assert.deepEqual(decodeMessage(developerMessage, undefined), {});
  });

  test('names every unknown member with its place', () => {
    const body = {
      updateTime: 1,
      attributes: [
        { name: 'a', id: 1 },
        { 'odd.name': 2, value: 3 },
      ],
      '': 0,
    };
    assert.deepEqual(refusal(developerMessage, body), {
      code: 'request.unknown-fields',
      facts: { fields: ['updateTime', 'attributes[0].id', 'attributes[1]["odd.name"]', '[""]'] },
    });
  });

  test('tells of wrong types by field and reason', () => {
    const cases: [Message, Json, string, string][] = [
      [developerMessage, { email: 5 }, 'email', 'has to be a string'],
      [developerMessage, { attributes: {} }, 'attributes', 'has to be a list'],
      [developerMessage, { attributes: [null] }, 'attributes[0]', 'has to be an object'],
      [developerMessage, { attributes: [{ name: 'a' }, []] }, 'attributes[1]', 'has to be an object'],
      [developerMessage, { attributes: [{ value: false }] }, 'attributes[0].value', 'has to be a string'],
      [developerMessage, { apps: ['a', null] }, 'apps[1]', 'has to be a string'],
      [everyTypeMessage, { yesNo: 'true' }, 'yesNo', 'has to be true or false'],
      [everyTypeMessage, { smallNumber: 1.5 }, 'smallNumber', 'has to be a whole number'],
      [everyTypeMessage, { smallNumber: 2 ** 31 }, 'smallNumber', 'is not from -2147483648 to 2147483647'],
      [everyTypeMessage, { smallNumber: -(2 ** 31) - 1 }, 'smallNumber', 'is not from -2147483648 to 2147483647'],
      [everyTypeMessage, { bigNumber: '0x10' }, 'bigNumber', 'has to be a whole number'],
      [everyTypeMessage, { bigNumber: '' }, 'bigNumber', 'has to be a whole number'],
      [everyTypeMessage, { bigNumber: 1e300 }, 'bigNumber', 'is not from -9007199254740991 to 9007199254740991'],
      [
        everyTypeMessage,
        { bigNumber: '9223372036854775807' },
        'bigNumber',
        'is not from -9007199254740991 to 9007199254740991',
      ],
      [everyTypeMessage, { fraction: '1e999' }, 'fraction', 'has to be a number'],
      [everyTypeMessage, { inner: 'x' }, 'inner', 'has to be an object'],
      [
        organizationMessage,
        { runtimeType: 'toString' },
        'runtimeType',
        'has to be one of RUNTIME_TYPE_UNSPECIFIED, CLOUD, HYBRID',
      ],
    ];
    for (const [message, body, field, reason] of cases) {
      assert.deepEqual(refusal(message, body), { code: 'request.invalid', facts: { field, reason } });
    }
  });

  test('refuses a body that is no object', () => {
    for (const body of [null, [], 'x', 5, true])
      assert.equal(refusal(developerMessage, body).code, 'request.malformed');
  });

  test('knows names of the prototype no better than others', () => {
    const body = JSON.parse('{"__proto__":{"email":"evil@example.com"},"constructor":1,"toString":2,"email":"a@b.c"}');
    assert.deepEqual(refusal(developerMessage, body), {
      code: 'request.unknown-fields',
      facts: { fields: ['__proto__', 'constructor', 'toString'] },
    });
    assert.equal(Object.hasOwn(Object.prototype, 'email'), false);
  });

  test('tells of no more than a hundred unknown members, and cuts endless names', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index]));
    const problem = caught(() => decodeMessage(developerMessage, { ...many }));
    assert.ok('fields' in problem.facts && problem.facts.fields.length === 100);
    const long = caught(() => decodeMessage(developerMessage, { ['x'.repeat(100_000)]: 1 }));
    assert.ok(JSON.stringify(long.facts).length < 300);
  });
});

/** Values that a message can hold on the wire: no zero values, since those are left out. */
function arbitraryOf(message: Message): fc.Arbitrary<Record<string, unknown>> {
  const members = message.entries
    .filter(([, field]) => !field.outputOnly && !field.inputOnly)
    .map(([name, field]) => [name, arbitraryOfField(field)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

function arbitraryOfField(field: Field): fc.Arbitrary<unknown> {
  const value = arbitraryOfType(field.type);
  return field.repeated ? fc.array(value, { minLength: 1, maxLength: 4 }) : value;
}

function arbitraryOfType(type: Field['type']): fc.Arbitrary<unknown> {
  if (typeof type === 'object') {
    return type.kind === 'message' ? arbitraryOf(type) : fc.constantFrom(...Object.keys(type.values).slice(1));
  }
  if (type === 'int64') return fc.maxSafeInteger().filter((value) => value !== 0);
  if (type === 'wideInt64') return fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
  if (type === 'int32') return fc.integer({ max: -1 });
  if (type === 'bool') return fc.constant(true);
  if (type === 'double') return fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9 });
  if (type === 'any') return fc.jsonValue().filter((value) => value !== null);
  return fc.string({ minLength: 1, unit: 'binary' });
}

describe('for every message', () => {
  for (const message of [developerMessage, organizationMessage, environmentMessage, everyTypeMessage]) {
    test(`what is encoded as ${message.name} is decoded to the same, through text`, () => {
      fc.assert(
        fc.property(arbitraryOf(message), (value) => {
          const text = JSON.stringify(encodeMessage(message, value));
          assert.equal(
            JSON.stringify(decodeMessage(message, JSON.parse(text))),
            JSON.stringify(inOrder(message, value)),
          );
        }),
      );
    });

    test(`no JSON makes decoding ${message.name} throw anything but a problem of the request`, () => {
      const names = fc.constantFrom(...message.names.keys(), '__proto__', 'constructor', 'hasOwnProperty');
      const bodies = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));
      fc.assert(
        fc.property(bodies, (body) => {
          try {
            const value = decodeMessage(message, JSON.parse(JSON.stringify(body)));
            assert.equal(Object.getPrototypeOf(value), Object.prototype);
          } catch (error) {
            assert.ok(error instanceof Problem);
            assert.match(error.code, /^request\.(malformed|invalid|unknown-fields)$/);
          }
        }),
      );
    });
  }
});

/** The value with its members in declared order, so that the order is compared too. */
function inOrder(message: Message, value: Record<string, unknown>): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  for (const [name, { type }] of message.entries) {
    const member = value[name];
    if (member === undefined) continue;
    if (typeof type !== 'object' || type.kind !== 'message') ordered[name] = member;
    else if (Array.isArray(member)) ordered[name] = member.map((element) => inOrder(type, element));
    else ordered[name] = inOrder(type, Object(member));
  }
  return ordered;
}
