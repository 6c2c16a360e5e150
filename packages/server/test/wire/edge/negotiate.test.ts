import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BodyFormat, type BodyKind, chooseFormat, classifyBody } from '../../../src/surfaces/edge/negotiate.ts';

const accepts: readonly (readonly [string | undefined, BodyFormat])[] = [
  [undefined, 'json'],
  ['', 'json'],
  [' ', 'json'],
  ['*/*', 'json'],
  ['*', 'json'],
  ['application/json', 'json'],
  ['application/json; charset=utf-8', 'json'],
  ['application/xml', 'xml'],
  ['Application/XML', 'xml'],
  ['text/xml', 'xml'],
  ['text/xml;charset=utf-8', 'xml'],
  ['application/*', 'json'],
  ['text/*', 'xml'],
  ['application/xml, application/json', 'json'],
  ['application/json, application/xml', 'json'],
  ['application/xml;q=0.9, application/json;q=0.8', 'xml'],
  ['application/xml;q=0.8, application/json;q=0.9', 'json'],
  ['application/xml ; Q=0.8 , application/json ; Q=0.9', 'json'],
  ['application/xml, */*', 'xml'],
  ['*/*, application/xml', 'xml'],
  ['application/xml;q=0.5, */*', 'json'],
  ['application/json;q=0, */*', 'xml'],
  ['application/xml;q=0', 'json'],
  ['application/xml;q=0, */*', 'json'],
  ['application/xml;q=0, application/json;q=0', 'json'],
  ['application/xml;q=0, text/xml', 'xml'],
  ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'xml'],
  ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'json'],
  ['image/png', 'json'],
  ['application/octet-stream', 'json'],
  ['application/xml;q=nonsense', 'xml'],
  [',;,/,*/,;q=1', 'json'],
];

for (const [header, format] of accepts) {
  test(`Accept ${JSON.stringify(header)} is answered in ${format}`, () => {
    assert.equal(chooseFormat(header), format);
  });
}

const contentTypes: readonly (readonly [string | undefined, BodyKind])[] = [
  [undefined, 'none'],
  ['', 'none'],
  ['  ', 'none'],
  ['application/json', 'json'],
  ['APPLICATION/JSON;charset=UTF-8', 'json'],
  ['application/json; charset="utf-8"', 'json'],
  ['application/json; charset=utf8', 'json'],
  ['application/json; charset=us-ascii', 'json'],
  ['application/json; charset=iso-8859-1', 'other'],
  ['application/xml; charset=utf-16', 'other'],
  ['application/xml', 'xml'],
  ['text/xml; charset=utf-8', 'xml'],
  ['application/x-www-form-urlencoded', 'form'],
  ['application/x-www-form-urlencoded; charset=UTF-8', 'form'],
  ['application/octet-stream', 'other'],
  ['text/plain', 'other'],
  ['application/jsonp', 'other'],
  ['multipart/form-data; boundary=x', 'other'],
  [';', 'other'],
  ['constructor', 'other'],
];

for (const [header, kind] of contentTypes) {
  test(`Content-Type ${JSON.stringify(header)} is ${kind}`, () => {
    assert.equal(classifyBody(header), kind);
  });
}
