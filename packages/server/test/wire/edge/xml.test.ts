import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/surfaces/edge/jackson.ts';
import {
  attributeDocument,
  attributesDocument,
  developerDocument,
  developersDocument,
  environmentDocument,
  errorDocument,
  namesDocument,
  organizationDocument,
  roleDocument,
  rolesDocument,
  userDocument,
} from '../../../src/surfaces/edge/shape.ts';
import { decodeXml, encodeXml } from '../../../src/surfaces/edge/xml.ts';
import {
  type XmlDocument,
  xmlBoolean,
  xmlInteger,
  xmlList,
  xmlRecord,
  xmlString,
} from '../../../src/surfaces/edge/xml-shape.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

test('a developer is written with capitals, in the order of the JSON, as JAXB formats it', () => {
  const developer = {
    apps: ['weather'],
    companies: [],
    email: 'Ann@example.com',
    userName: '',
    status: 'active',
    attributes: [{ name: 'a<b', value: '"c" & d\r\n' }],
    createdAt: 1510746439133,
    lastModifiedBy: undefined,
  };
  assert.equal(
    encodeXml(developer, developerDocument),
    `${declaration}<Developer>
    <Apps>
        <App>weather</App>
    </Apps>
    <Companies/>
    <Email>Ann@example.com</Email>
    <UserName></UserName>
    <Status>active</Status>
    <Attributes>
        <Attribute>
            <Name>a&lt;b</Name>
            <Value>"c" &amp; d&#13;
</Value>
        </Attribute>
    </Attributes>
    <CreatedAt>1510746439133</CreatedAt>
</Developer>
`,
  );
});

test('an organization has its name and type as XML attributes, and properties by name', () => {
  const organization = {
    displayName: 'My "Org"',
    environments: ['prod', 'test'],
    name: 'my"org\n',
    properties: { property: [{ name: 'features.isCpsEnabled', value: 'true' }] },
    type: 'trial',
  };
  assert.equal(
    encodeXml(organization, organizationDocument),
    `${declaration}<Organization name="my&quot;org&#10;" type="trial">
    <DisplayName>My "Org"</DisplayName>
    <Environments>
        <Environment>prod</Environment>
        <Environment>test</Environment>
    </Environments>
    <Properties>
        <Property name="features.isCpsEnabled">true</Property>
    </Properties>
</Organization>
`,
  );
});

test('a list of names is a List of Items, an empty one an empty element', () => {
  assert.equal(
    encodeXml(['a@b.c', 'd@e.f'], namesDocument),
    `${declaration}<List>\n    <Item>a@b.c</Item>\n    <Item>d@e.f</Item>\n</List>\n`,
  );
  assert.equal(encodeXml([], namesDocument), `${declaration}<List/>\n`);
  assert.equal(encodeXml({ developer: [] }, developersDocument), `${declaration}<Developers/>\n`);
});

test('a developer is read as clients send it', () => {
  const text = `<Developer>
    <Email>ann@example.com</Email><FirstName>Ann</FirstName><LastName/>
    <UserName>ann</UserName><OrganizationName>myorg</OrganizationName><Status>active</Status>
    <Attributes><Attribute><Name>a</Name><Value>b</Value></Attribute><Attribute><Name>c</Name></Attribute></Attributes>
  </Developer>`;
  assert.deepEqual(decodeXml(text, developerDocument), {
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: '',
    userName: 'ann',
    organizationName: 'myorg',
    status: 'active',
    attributes: [{ name: 'a', value: 'b' }, { name: 'c' }],
  });
});

test('roles, users and attribute lists are read as clients send them', () => {
  assert.deepEqual(decodeXml('<Roles><Role name="orgadmin"/></Roles>', rolesDocument), {
    role: [{ name: 'orgadmin' }],
  });
  assert.deepEqual(
    decodeXml('<User><FirstName>A</FirstName><Password>p&lt;w</Password><EmailId>a@b.c</EmailId></User>', userDocument),
    { firstName: 'A', password: 'p<w', emailId: 'a@b.c' },
  );
  assert.deepEqual(decodeXml('<Attributes/>', attributesDocument), { attribute: [] });
});

test('texts are kept exactly, blanks at their ends included', () => {
  const text =
    '<Developer><Email> a@b.c </Email><FirstName>\n\tA &#65;<![CDATA[<&>]]><!-- no -->B\r\n</FirstName></Developer>';
  assert.deepEqual(decodeXml(text, developerDocument), { email: ' a@b.c ', firstName: '\n\tA A<&>B\n' });
});

test('what a record does not know is ignored, however it looks inside', () => {
  const text = `<Developer xmlns="urn:x" xmlns:xsi="urn:y" xsi:schemaLocation="z" other="1"><Email>a@b.c</Email>
    <Shoe size="44">left<Lace/>right</Shoe><email>x</email><CreatedAt/></Developer>`;
  assert.deepEqual(decodeXml(text, developerDocument), { email: 'a@b.c' });
});

test('comments, processing instructions, a byte order mark and a declaration of UTF-8 are passed over', () => {
  const text = `\ufeff<?xml version="1.0" encoding="utf-8"?><!-- a --><?php echo 1 ?><Attribute><?x y?><Name>a</Name><!-- b --></Attribute><!-- c -->`;
  assert.deepEqual(decodeXml(text, attributeDocument), { name: 'a' });
});

const scalars: XmlDocument = {
  root: 'App',
  shape: xmlRecord({
    attributes: { name: xmlString, count: xmlInteger },
    elements: { on: xmlBoolean, expiresAt: xmlInteger, flags: xmlList('Flag', xmlBoolean) },
  }),
};

test('numbers and booleans come in as the shape says', () => {
  const text =
    '<App name=" a b" count=" 7 "><On> true\n</On><ExpiresAt>-1</ExpiresAt><Flags><Flag>0</Flag><Flag>1</Flag></Flags></App>';
  assert.deepEqual(decodeXml(text, scalars), { name: ' a b', count: 7, on: true, expiresAt: -1, flags: [false, true] });
  assert.deepEqual(decodeXml('<App><ExpiresAt>-0</ExpiresAt></App>', scalars), { expiresAt: 0 });
});

test('a value of another kind than the shape says is a bug, not a document', () => {
  assert.throws(() => encodeXml('a', developerDocument), TypeError);
  assert.throws(() => encodeXml({ email: ['a'] }, developerDocument), TypeError);
  assert.throws(() => encodeXml({}, namesDocument), TypeError);
});

// Round trips. XML can't hold control characters; those that it can hold come back exactly.
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...'<>&"\'\t\n\r ]]>é漢😀\u0085\u2028'), fc.string({ minLength: 1, maxLength: 1 })),
});
const words = fc.array(text, { maxLength: 4 });
const time = fc.maxSafeInteger();
const attributes = fc.array(fc.record({ name: text, value: text }), { maxLength: 4 });
const stamp = { createdAt: time, createdBy: text, lastModifiedAt: time, lastModifiedBy: text };
const properties = fc.record({ property: attributes });
const role = fc.record({ name: text, organization: text }, { requiredKeys: [] });
const roles = fc.record({ role: fc.array(role, { maxLength: 3 }) });
const developer = fc.record(
  {
    apps: words,
    companies: words,
    email: text,
    developerId: text,
    firstName: text,
    lastName: text,
    userName: text,
    organizationName: text,
    status: text,
    attributes,
    ...stamp,
  },
  { requiredKeys: [] },
);

const roundTrips: Readonly<Record<string, readonly [XmlDocument, fc.Arbitrary<JsonValue>]>> = {
  developer: [developerDocument, developer],
  developers: [developersDocument, fc.record({ developer: fc.array(developer, { maxLength: 3 }) })],
  attribute: [attributeDocument, fc.record({ name: text, value: text }, { requiredKeys: [] })],
  attributes: [attributesDocument, fc.record({ attribute: attributes })],
  organization: [
    organizationDocument,
    fc.record(
      { name: text, type: text, displayName: text, environments: words, properties, ...stamp },
      { requiredKeys: [] },
    ),
  ],
  environment: [
    environmentDocument,
    fc.record({ name: text, description: text, properties, ...stamp }, { requiredKeys: [] }),
  ],
  names: [namesDocument, words],
  user: [
    userDocument,
    fc.record({ emailId: text, firstName: text, lastName: text, password: text, roles }, { requiredKeys: [] }),
  ],
  role: [roleDocument, role],
  roles: [rolesDocument, roles],
  error: [errorDocument, fc.record({ code: text, message: text, contexts: words })],
};

for (const [name, [document, values]] of Object.entries(roundTrips)) {
  test(`what is written of ${name} reads back as the same value`, () => {
    fc.assert(
      fc.property(values, (value) => {
        // Plain prototypes, as the decoder makes them.
        assert.deepEqual(decodeXml(encodeXml(value, document), document), JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 150 },
    );
  });
}

test('characters that XML can not hold are written as U+FFFD', () => {
  assert.deepEqual(decodeXml(encodeXml(['a\u0000\u001f\ufffe\ud800b'], namesDocument), namesDocument), [
    'a\ufffd\ufffd\ufffd\ufffdb',
  ]);
});
