import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMoment, momentMax, parseMoment } from './moment.ts';

test('a moment is written as Date writes it, and read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: momentMax }), (at) => {
      assert.equal(formatMoment(at), new Date(at).toISOString());
      assert.equal(parseMoment(formatMoment(at), 'at'), at);
    }),
    { numRuns: 2000 },
  );
  assert.equal(formatMoment(momentMax), '9999-12-31T23:59:59.999Z');
});

test('offsets and finer fractions are understood', () => {
  assert.equal(parseMoment('2026-01-31T13:30:00.1239+01:30', 'at'), Date.parse('2026-01-31T12:00:00.123Z'));
  assert.equal(parseMoment('2026-01-31t12:00:00z', 'at'), Date.parse('2026-01-31T12:00:00Z'));
});

const noMoments = [
  ['', 'nothing'],
  ['1769860800000', 'a number'],
  ['2026-02-30T00:00:00Z', 'a day that no month has'],
  ['2026-13-01T00:00:00Z', 'a 13th month'],
  ['2026-01-31T24:00:00Z', 'hour 24'],
  ['2026-01-31T12:00:00', 'no zone'],
  ['1969-12-31T23:59:59Z', 'before 1970'],
] as const;

for (const [text, what] of noMoments) {
  test(`${what} is no moment`, () => {
    assert.throws(() => parseMoment(text, 'at'), { code: 'request.invalid' });
  });
}
