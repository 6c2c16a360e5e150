import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  memberAttributeName,
  membersMax,
  parseMemberAttribute,
  rolesOfText,
  roleTextOf,
  showMembers,
  splitMembers,
} from './company-member.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const parse = (value: string | undefined) =>
  parseMemberAttribute(value, 'value').map(({ developer, roles }) => ({ developer, roles }));
const ann = { developer: 'ann@example.com', roles: ['admin'] };

/** What clients write, what it means. */
const written: [string | undefined, object[]][] = [
  ['[{"developer":"ann@example.com","roles":["admin"]}]', [ann]],
  ['[{ "developerId":"ann@example.com", "roles":[ "admin" ] }]', [ann]],
  [encode('[{"developer":"ann@example.com","roles":["admin"]}]'), [ann]],
  [encode('[{"developer":"jörg@example.com"}]'), [{ developer: 'jörg@example.com', roles: [] }]],
  ['[{"developer":"ann@example.com","roles":["admin","admin","b"],"more":1}]', [{ ...ann, roles: ['admin', 'b'] }]],
  ['[{"developer":"ann@example.com","roles":null}]', [{ ...ann, roles: [] }]],
  ['[]', []],
  [encode('[]'), []],
  ['', []],
  [' ', []],
  [undefined, []],
];

for (const [value, members] of written) {
  test(`${JSON.stringify(value)} names ${members.length} members`, () => assert.deepEqual(parse(value), members));
}

const refused: string[] = [
  'ann@example.com',
  '{}',
  'null',
  '1',
  '"[]"',
  '[null]',
  '["ann@example.com"]',
  '[{}]',
  '[{"developer":1}]',
  '[{"developer":"a@b.c","roles":"admin"}]',
  '[{"developer":"a@b.c","roles":[1]}]',
  '[{"developer":"a@b.c"}',
  encode('[{"developer":"a@b.c"}').slice(0, -2),
  encode('no list'),
  '[{"developer":"a\\u0000b"}]',
  `[{"developer":"${'a'.repeat(300)}"}]`,
  `[{"developer":"a@b.c","roles":["${'r'.repeat(300)}"]}]`,
  JSON.stringify([{ developer: 'a@b.c', roles: Array.from({ length: 51 }, (_, at) => `r${at}`) }]),
  JSON.stringify(Array.from({ length: membersMax + 1 }, (_, at) => ({ developer: `d${at}@b.c` }))),
  `[${' '.repeat(300_000)}]`,
  '['.repeat(10_000),
];

for (const value of refused) {
  test(`${value.slice(0, 60)} is refused`, () => {
    assert.throws(() => parse(value), { code: 'request.invalid' });
  });
}

test('a member without a developer, or with an empty role, is refused', () => {
  assert.throws(() => parse('[{"developer":""}]'), { code: 'request.missing' });
  assert.throws(() => parse('[{"developer":"a@b.c","roles":[""]}]'), { code: 'request.missing' });
});

test('what is shown reads as what it was', () => {
  const members = [
    { developerId: '1', email: 'Ann@example.com', roles: ['admin'] },
    { developerId: '2', email: 'bob@example.com', roles: [] },
  ];
  const [shown] = showMembers(members);
  assert.equal(shown?.name, memberAttributeName);
  assert.deepEqual(parse(shown?.value), [ann, { developer: 'bob@example.com', roles: [] }]);
  assert.deepEqual(showMembers([]), []);
});

test('the reserved attribute is taken out where members are told by it, and refused elsewhere', () => {
  const reserved = { name: memberAttributeName, value: '[{"developer":"ann@example.com"}]' };
  const other = { name: 'a', value: 'b' };
  const { attributes, members } = splitMembers([reserved, other], { companyShows: 'members' }, 'attributes');
  assert.deepEqual(attributes, [other]);
  assert.deepEqual(
    members?.map(({ developer }) => developer),
    ['ann@example.com'],
  );
  assert.deepEqual(splitMembers([other], { companyShows: 'members' }, 'attributes').members, []);
  assert.equal(splitMembers([other], { companyShows: 'apps' }, 'attributes').members, undefined);
  for (const companyShows of ['apps', 'members'] as const) {
    const twice = () => splitMembers([reserved, reserved], { companyShows }, 'attributes');
    assert.throws(twice, { code: 'request.invalid' });
  }
  assert.throws(() => splitMembers([reserved], { companyShows: 'apps' }, 'attributes'), { code: 'request.invalid' });
});

test("Edge's one role changes nothing where it is written back as it was read", () => {
  assert.equal(roleTextOf([]), undefined);
  assert.equal(roleTextOf(['a', 'b']), 'a,b');
  assert.deepEqual(rolesOfText('a,b', ['a', 'b']), ['a', 'b']);
  assert.deepEqual(rolesOfText('a,b', ['a']), ['a,b']);
  assert.deepEqual(rolesOfText('c', ['a', 'b']), ['c']);
  assert.deepEqual(rolesOfText('', ['a']), []);
  assert.deepEqual(rolesOfText(undefined, ['a']), []);
});
