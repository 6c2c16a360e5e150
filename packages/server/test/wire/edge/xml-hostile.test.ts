import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../../src/domain/problem.ts';
import {
  attributesDocument,
  developerDocument,
  organizationDocument,
  rolesDocument,
} from '../../../src/surfaces/edge/shape.ts';
import { decodeXml } from '../../../src/surfaces/edge/xml.ts';
import { type XmlDocument, xmlBoolean, xmlInteger, xmlRecord } from '../../../src/surfaces/edge/xml-shape.ts';
import { xmlDepthMax, xmlLengthMax, xmlNodesMax, xmlTextLengthMax } from '../../../src/surfaces/edge/xml-tree.ts';

/** The reason of the refusal; fails where the text is taken, or refused in any other way. */
function reasonOf(text: string, document: XmlDocument = developerDocument): string {
  try {
    decodeXml(text, document);
  } catch (error) {
    assert.ok(error instanceof Problem, `not a Problem: ${String(error)}`);
    assert.equal(error.code, 'request.malformed');
    return (error as Problem<'request.malformed'>).facts.reason;
  }
  assert.fail('was not refused');
}

function inEmail(text: string): string {
  return `<Developer><Email>${text}</Email></Developer>`;
}

const billionLaughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level || ''};`.repeat(10)}">`,
).join('')}]>${inEmail('&lol9;')}`;

const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
  'a billion laughs': [billionLaughs, /DOCTYPE/],
  'an external entity': [`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${inEmail('&x;')}`, /DOCTYPE/],
  'a parameter entity': [`<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>${inEmail('a')}`, /DOCTYPE/],
  'an external document type': [`<!DOCTYPE a PUBLIC "p" "http://127.0.0.1/a.dtd">${inEmail('a')}`, /DOCTYPE/],
  'a bare document type': [`<!DOCTYPE Developer>${inEmail('a')}`, /DOCTYPE/],
  'a document type that never ends': [`<!DOCTYPE a [${'<!ENTITY a "b">'.repeat(1000)}`, /unexpected end|root element/],
  'an unknown entity': [inEmail('&nbsp;'), /undefined entity/],
  'an entity named as a member of every object': [inEmail('&constructor;'), /undefined entity/],
  'an entity named __proto__': [inEmail('&__proto__;'), /undefined entity/],
  'an unknown entity in an attribute': ['<Developer a="&x;"/>', /undefined entity/],
  'a reference to NUL': [inEmail('&#0;'), /character entity/],
  'a reference to a control character': [inEmail('&#x1F;'), /character entity/],
  'the same in a document that calls itself XML 1.1': [`<?xml version="1.1"?>${inEmail('&#1;')}`, /character entity/],
  'a reference to half of a surrogate pair': [inEmail('&#xD800;'), /character entity/],
  'a pair of references to surrogates': [inEmail('&#xD83D;&#xDE00;'), /character entity/],
  'a reference beyond Unicode': [inEmail('&#x110000;'), /character entity/],
  'a reference with a number of a thousand digits': [inEmail(`&#${'9'.repeat(1000)};`), /character entity/],
  'a reference that is no number': [inEmail('&#xZZ;'), /character entity/],
  NUL: [inEmail('a\u0000b'), /disallowed character/],
  'NUL in a name': ['<Dev\u0000eloper/>', /disallowed character/],
  'a control character': [inEmail('\u0008'), /disallowed character/],
  'half of a surrogate pair': [inEmail('\ud83d'), /surrogate/],
  'U+FFFE': [inEmail('\ufffe'), /disallowed character/],
  'another encoding': [`<?xml version="1.0" encoding="UTF-16"?>${inEmail('a')}`, /UTF-8/],
  'no bytes': ['', /root element/],
  blanks: ['  \n', /root element/],
  JSON: ['{"email":"a@b.c"}', /outside of root/],
  'a comment alone': ['<!-- a -->', /root element/],
  'two roots': ['<Developer/><Developer/>', /one root/],
  'text after the root': ['<Developer/>x', /outside of root/],
  'an element left open': ['<Developer><Email>a', /unclosed tag/],
  'a wrong closing tag': ['<Developer><Email>a</Developer>', /unexpected close tag/],
  'a comment left open': ['<Developer><!-- ', /unclosed|unexpected end/],
  'CDATA left open': ['<Developer><Email><![CDATA[a', /unclosed|unexpected end/],
  'an attribute twice': ['<Developer a="1" a="2"/>', /duplicate attribute/],
  'an attribute without quotes': ['<Developer a=1/>', /unquoted/],
  'a declaration that is not first': [`<!-- a --><?xml version="1.0"?>${inEmail('a')}`, /declaration/],
  'another root': ['<Company/>', /root element has to be Developer/],
  'the root in small letters': ['<developer/>', /root element has to be Developer/],
  'a root named __proto__': ['<__proto__/>', /root element has to be Developer/],
  'a namespace prefix': ['<d:Developer xmlns:d="urn:d"/>', /prefix/],
  'a namespace prefix within': ['<Developer><d:Email>a</d:Email></Developer>', /prefix/],
  'an element twice': ['<Developer><Email>a</Email><Email>b</Email></Developer>', /Email more than once/],
  'a list twice': ['<Developer><Attributes/><Attributes/></Developer>', /Attributes more than once/],
  'text between elements': ['<Developer>a<Email>b</Email></Developer>', /Developer takes elements, not text/],
  'text instead of elements': ['<Developer>a</Developer>', /Developer takes elements, not text/],
  'text in a list': ['<Developer><Attributes>a</Attributes></Developer>', /Attributes takes elements, not text/],
  'a no-break space between elements': ['<Developer>\u00a0</Developer>', /Developer takes elements, not text/],
  'elements instead of text': ['<Developer><Email>a<b/></Email></Developer>', /Email takes text, not elements/],
  'something else in a list': ['<Developer><Attributes><attribute/></Attributes></Developer>', /named Attribute only/],
};

for (const [name, [text, reason]] of Object.entries(refusals)) {
  test(`refused: ${name}`, () => {
    assert.match(reasonOf(text), reason);
  });
}

test('refused: numbers and booleans that are none', () => {
  const document: XmlDocument = {
    root: 'A',
    shape: xmlRecord({ attributes: { n: xmlInteger }, elements: { i: xmlInteger, b: xmlBoolean } }),
  };
  for (const word of ['1.5', '1e3', '0x10', 'NaN', 'Infinity', '9007199254740993', '1'.repeat(1000), 'a', '1 2']) {
    assert.match(reasonOf(`<A><I>${word}</I></A>`, document), /I has to be a whole number/, word);
    assert.match(reasonOf(`<A n="${word}"/>`, document), /n has to be a whole number/, word);
  }
  for (const word of ['yes', 'TRUE', '2']) assert.match(reasonOf(`<A><B>${word}</B></A>`, document), /true or false/);
});

test('depth is bounded, in what is known and in what is ignored', () => {
  const nested = (depth: number) => '<x>'.repeat(depth) + '</x>'.repeat(depth);
  assert.deepEqual(decodeXml(`<Developer>${nested(xmlDepthMax - 1)}</Developer>`, developerDocument), {});
  assert.match(reasonOf(`<Developer>${nested(xmlDepthMax)}</Developer>`), /nested more than 32 deep/);
  assert.match(reasonOf(`<Developer>${nested(100_000)}</Developer>`), /nested more than 32 deep/);
  assert.match(reasonOf('<a>'.repeat(100_000)), /nested more than 32 deep/);
});

test('the length of a document is bounded, wherever it comes from', () => {
  const start = '<Developer/><!--';
  const fits = `${start}${'-a'.repeat((xmlLengthMax - start.length - 4) / 2)}a-->`;
  assert.ok(fits.length <= xmlLengthMax && fits.length > xmlLengthMax - 4);
  assert.deepEqual(decodeXml(fits, developerDocument), {});
  assert.match(reasonOf(`${fits}    `), /longer than 1048576 characters/);
});

test('the number of elements and attributes is bounded', () => {
  const fits = '<x/>'.repeat(xmlNodesMax - 1);
  assert.deepEqual(decodeXml(`<Developer>${fits}</Developer>`, developerDocument), {});
  assert.match(reasonOf(`<Developer>${fits}<x/></Developer>`), /more than 10000 elements/);
  const attributes = Array.from({ length: xmlNodesMax }, (_, at) => `a${at}=""`).join(' ');
  assert.match(reasonOf(`<Developer ${attributes}/>`), /more than 10000 elements/);
});

test('the length of a text is bounded, however it is put together', () => {
  const full = 'a'.repeat(xmlTextLengthMax);
  assert.deepEqual(decodeXml(inEmail(full), developerDocument), { email: full });
  assert.match(reasonOf(inEmail(`${full}a`)), /more than 65536 characters/);
  assert.match(reasonOf(inEmail(`${full}<!-- -->a`)), /more than 65536 characters/);
  assert.match(reasonOf(inEmail(`${full}<![CDATA[a]]>`)), /more than 65536 characters/);
  assert.match(reasonOf(`<Developer a="${full}a"/>`), /longer than 65536 characters/);
});

test('names of the prototype are names like any other', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];
  const elements = names.map((name) => `<${name}><polluted>1</polluted></${name}>`).join('');
  const attributes = names.map((name) => `${name}="polluted"`).join(' ');
  const decoded = decodeXml(`<Organization ${attributes}>${elements}</Organization>`, organizationDocument) as object;
  assert.deepEqual(Reflect.ownKeys(decoded), []);
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
  assert.deepEqual(decodeXml(`<Roles><Role ${attributes}/></Roles>`, rolesDocument), { role: [{}] });
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  const attribute = '<Attributes><Attribute><Name>__proto__</Name><Value>constructor</Value></Attribute></Attributes>';
  assert.deepEqual(decodeXml(attribute, attributesDocument), {
    attribute: [{ name: '__proto__', value: 'constructor' }],
  });
});

test('a reason names the place and nothing of what was sent', () => {
  const spilled = [
    '<Developer><hunter2>',
    '<Developer></hunter2>',
    '<Developer hunter2="1" hunter2="2"/>',
    '<hunter2/>',
    '<Developer><Attributes><hunter2/></Attributes></Developer>',
    '<Developer>hunter2</Developer>',
    '<Developer><Email>&hunter2;</Email></Developer>',
    '<Developer hunter2/>',
  ];
  for (const text of spilled) assert.doesNotMatch(reasonOf(text), /hunter2/, text);
  assert.match(reasonOf('<Developer>\n  <Email>&x;</Email></Developer>'), /^line 2, column \d+: undefined entity$/);
});

test('whatever is cut out of a document or put into it, the answer is a value or a refusal', () => {
  const whole = `<?xml version="1.0"?><Developer><Email>a&amp;b</Email><!-- c --><Attributes><Attribute><Name>n</Name>
    <Value><![CDATA[v]]></Value></Attribute></Attributes></Developer>`;
  const shard = fc.oneof(
    fc.constantFrom('<', '>', '&', ';', '"', '<!', '<?', ']]>', '<!DOCTYPE x', '&#', '\ud800'),
    fc.string(),
  );
  const place = fc.nat({ max: whole.length });
  fc.assert(
    fc.property(place, place, shard, (from, to, put) => {
      try {
        decodeXml(whole.slice(0, from) + put + whole.slice(to), developerDocument);
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
        assert.equal(error.code, 'request.malformed');
      }
    }),
    { numRuns: 1000 },
  );
});
