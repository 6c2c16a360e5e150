import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readPlainQuestion } from '../../../src/surfaces/gateway/plain-question.ts';

const members = ['key', 'environment', 'proxy', 'path', 'basePath', 'method'];
const longest = new Map([...members.map((name) => [name, 2048] as const), ['method', 64], ['key', 1e9], ['path', 1e9]]);

/** What the schema takes of it as plain text; undefined: nothing. */
function readBySchema(text: string): unknown {
  let draft: unknown;
  try {
    draft = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return undefined;
  const entries = Object.entries(draft);
  if (entries.some(([name, value]) => typeof value !== 'string' || value.length > (longest.get(name) ?? -1))) {
    return undefined;
  }
  const question: Record<string, unknown> = Object.fromEntries(members.map((name) => [name, undefined]));
  Object.assign(question, draft);
  return { ...question, method: (question['method'] as string | undefined)?.toUpperCase() };
}

describe('a plain question', () => {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...members) },
    fc.constantFrom('keys', 'ke', 'kez', 'parh', 'proxi', 'basepath', 'Key', '', 'explain', '__proto__', 'k"y'),
  );
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[\x20-\x7f]{0,12}$/) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('x'.repeat(65), 'x'.repeat(2048), 'x'.repeat(2049), '"', '\\', '\n', '\u007f'),
    },
    fc.constantFrom<unknown>(null, 7, true, {}, []),
  );
  const written = fc
    .array(fc.tuple(name, value), { maxLength: 7 })
    .map(
      (entries) => `{${entries.map(([each, what]) => `${JSON.stringify(each)}:${JSON.stringify(what)}`).join(',')}}`,
    );
  const broken = fc
    .tuple(
      written,
      fc.nat(),
      fc.constantFrom('', ' ', '"', ',', '{', '}', ':', '\\', '\\u0041', '\t', '\u0001', '\u007f'),
    )
    .map(([text, at, junk]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + junk + text.slice(junk === '' ? place + 1 : place);
    });

  it('is read as JSON and schema would read it, however it is written or broken', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(written, broken), (text) => {
        const found = readPlainQuestion(Buffer.from(text));
        if (found !== undefined) read += 1;
        assert.deepEqual(found, readBySchema(text));
      }),
      { numRuns: 20_000, seed: 7 },
    );
    assert.ok(read > 2000, `${read} were questions`);
  });

  it('is none where a byte is beyond ASCII, or the text is cut off anywhere', () => {
    const whole = Buffer.from('{"key":"k","path":"/a","method":"get"}');
    for (let end = 0; end < whole.length; end++) assert.equal(readPlainQuestion(whole.subarray(0, end)), undefined);
    assert.equal(readPlainQuestion(Buffer.from('{"key":"ä"}')), undefined);
    assert.equal(readPlainQuestion(Buffer.from('{"key":"ä"}', 'latin1')), undefined);
    assert.equal(readPlainQuestion(whole)?.method, 'GET');
  });
});
