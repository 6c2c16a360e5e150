import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../../src/domain/problem.ts';
import { applyFieldMask, parseFieldMask } from '../../../src/surfaces/x/field-mask.ts';
import type { JsonObject } from '../../../src/surfaces/x/json.ts';
import { listOfDevelopersMessage } from '../../../src/surfaces/x/schema/developer.ts';
import { organizationMessage } from '../../../src/surfaces/x/schema/organization.ts';

const list: JsonObject = {
  developer: [
    { email: 'a@b.c', firstName: 'A', attributes: [{ name: 'x', value: '1' }, { name: 'y' }], apps: ['one', 'two'] },
    { email: 'd@e.f', apps: ['three'] },
  ],
};

function show(fields: string | undefined): JsonObject {
  return applyFieldMask(parseFieldMask(fields, listOfDevelopersMessage), list);
}

describe('the fields parameter', () => {
  test('shows all without it', () => {
    for (const fields of [undefined, '', '*', 'developer', 'developer/*', 'developer(*)', 'developer/email,*']) {
      assert.deepEqual(show(fields), list);
    }
  });

  test('shows what it names, in the order of the answer', () => {
    const emails = { developer: [{ email: 'a@b.c' }, { email: 'd@e.f' }] };
    for (const fields of ['developer/email', 'developer.email', 'developer(email)'])
      assert.deepEqual(show(fields), emails);
    const expected = {
      developer: [
        { email: 'a@b.c', attributes: [{ name: 'x' }, { name: 'y' }], apps: ['one', 'two'] },
        { email: 'd@e.f', apps: ['three'] },
      ],
    };
    assert.equal(JSON.stringify(show('developer(apps,attributes/name,email)')), JSON.stringify(expected));
    assert.equal(JSON.stringify(show('developer/apps,developer(email,attributes(name))')), JSON.stringify(expected));
  });

  test('takes snake_case names', () => {
    assert.deepEqual(show('developer/first_name'), { developer: [{ firstName: 'A' }, {}] });
  });

  test('keeps an object of which nothing is left', () => {
    assert.deepEqual(show('developer/companies'), { developer: [{}, {}] });
  });

  test('goes as deep as the message does', () => {
    const mask = parseFieldMask(
      'addonsConfig.monetizationConfig/enabled,properties(property(name))',
      organizationMessage,
    );
    const organization = {
      name: 'o',
      properties: { property: [{ name: 'n', value: 'v' }] },
      addonsConfig: { monetizationConfig: { enabled: true }, integrationConfig: { enabled: true } },
    };
    assert.deepEqual(applyFieldMask(mask, organization), {
      properties: { property: [{ name: 'n' }] },
      addonsConfig: { monetizationConfig: { enabled: true } },
    });
  });

  const refused = [
    ',',
    'developer,',
    ',developer',
    'developer,,developer',
    'developer(',
    'developer()',
    'developer)',
    'developer/',
    'developer(email',
    'developer(email))',
    'developer(email)/apps',
    '*/email',
    '*(email)',
    ' developer',
    'developer ',
    'nobody',
    'developer/nobody',
    'developer/email/x',
    'developer/apps(x)',
    '__proto__',
    'constructor',
    'toString',
    'developer/__proto__',
    'developer["email"]',
    'dev\u0000',
    '\ud800',
    `${'developer/email,'.repeat(400)}developer`,
    '('.repeat(4000),
  ];
  for (const fields of refused) {
    test(`refuses ${JSON.stringify(fields.slice(0, 40))}`, () => {
      assert.throws(
        () => parseFieldMask(fields, listOfDevelopersMessage),
        (error) =>
          error instanceof Problem &&
          error.code === 'request.invalid' &&
          'field' in error.facts &&
          error.facts.field === 'fields',
      );
    });
  }

  test('never breaks, and shows nothing that was not there', () => {
    const pieces = fc.constantFrom('developer', 'email', 'attributes', 'name', '*', '/', '.', '(', ')', ',', 'x');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          const shown = JSON.stringify(show(parts.join('')));
          for (const word of shown.match(/"[^"]*"/g) ?? []) assert.ok(JSON.stringify(list).includes(word));
        } catch (error) {
          assert.ok(error instanceof Problem && error.code === 'request.invalid');
        }
      }),
    );
  });
});
