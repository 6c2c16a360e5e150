import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  createSuccessor,
  decideOverlapEnd,
  decideSuccessorExpiry,
  overlapSecondsDefault,
  overlapSecondsMax,
  requireRotatable,
} from './credential-rotation.ts';
import { momentMax } from './expiry.ts';

const moment = fc.integer({ min: 0, max: momentMax });
const expiry = fc.option(moment, { nil: undefined });

describe('the end of the old key', () => {
  it('is never later than it was, nor later than the overlap or the largest moment', () => {
    fc.assert(
      fc.property(expiry, fc.integer({ min: 0, max: overlapSecondsMax }), moment, (expiresAt, overlap, now) => {
        const end = decideOverlapEnd({ expiresAt }, overlap, now);
        assert.equal(end, Math.min(expiresAt ?? momentMax, now + overlap * 1000, momentMax));
        assert.ok(Number.isSafeInteger(end));
      }),
    );
  });

  it('is a day away where nothing is said, and now where the overlap is 0', () => {
    assert.equal(decideOverlapEnd({ expiresAt: undefined }, undefined, 5), 5 + overlapSecondsDefault * 1000);
    assert.equal(decideOverlapEnd({ expiresAt: undefined }, 0, 5), 5);
  });

  for (const overlap of [
    -1,
    0.5,
    overlapSecondsMax + 1,
    Number.MAX_SAFE_INTEGER,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]) {
    it(`takes no overlap of ${overlap}`, () => {
      assert.throws(() => decideOverlapEnd({ expiresAt: undefined }, overlap, 0), { code: 'request.invalid' });
    });
  }
});

describe('the end of the new key', () => {
  it('is as far away as that of the old one was when it was made', () => {
    const day = 86_400_000;
    assert.equal(decideSuccessorExpiry({ issuedAt: 0, expiresAt: 90 * day }, undefined, 80 * day), 170 * day);
    assert.equal(decideSuccessorExpiry({ issuedAt: 0, expiresAt: undefined }, undefined, 80 * day), undefined);
  });

  it('never passes the largest moment by itself, whatever the old one said', () => {
    fc.assert(
      fc.property(moment, moment, moment, (issuedAt, expiresAt, now) => {
        const end = decideSuccessorExpiry({ issuedAt, expiresAt }, undefined, now);
        assert.ok(end !== undefined && Number.isSafeInteger(end) && end >= now && end <= momentMax);
      }),
    );
  });

  it('has to be said where an earlier rotation cut the old one short', () => {
    const former = { issuedAt: 0, expiresAt: 10, rotation: { successorId: 'gone', mark: undefined } };
    assert.throws(() => decideSuccessorExpiry(former, undefined, 5), {
      code: 'request.missing',
      facts: { field: 'expiresInSeconds' },
    });
    assert.equal(decideSuccessorExpiry(former, -1, 5), undefined);
  });

  it('is as asked for, and refused where it is no lifetime', () => {
    const former = { issuedAt: 0, expiresAt: 10 };
    assert.equal(decideSuccessorExpiry(former, 3, 5), 3005);
    assert.equal(decideSuccessorExpiry(former, -1, 5), undefined);
    for (const lifetime of [-2, 0.5, Number.MAX_SAFE_INTEGER, momentMax]) {
      assert.throws(() => decideSuccessorExpiry(former, lifetime, 5), { code: 'request.invalid' });
    }
  });
});

describe('a key that is to be rotated', () => {
  it('has to work: neither revoked nor pending nor expired', () => {
    requireRotatable({ status: 'approved', expiresAt: 6 }, 5);
    for (const [status, expiresAt, standing] of [
      ['revoked', undefined, 'revoked'],
      ['pending', undefined, 'pending'],
      ['approved', 5, 'expired'],
    ] as const) {
      assert.throws(() => requireRotatable({ status, expiresAt }, 5), {
        code: 'credential.not-rotatable',
        facts: { standing },
      });
    }
  });

  it('hands on products with their statuses, scopes and attributes, and nothing else', () => {
    const former = {
      id: 'a',
      organizationId: 'o',
      appId: 'p',
      consumerKey: 'k',
      consumerSecret: 's',
      status: 'approved',
      products: [
        { name: 'x', status: 'revoked' },
        { name: 'y', status: 'approved' },
      ],
      attributes: [{ name: 'n', value: 'v' }],
      scopes: ['READ'],
      issuedAt: 1,
      expiresAt: 9,
      rotation: { successorId: 'gone', mark: undefined },
      createdAt: 1,
      createdBy: 'ann',
      lastModifiedAt: 3,
      lastModifiedBy: 'ann',
      version: 4,
    } as const;
    const own = { id: 'b', consumerKey: 'l', consumerSecret: 't', expiresAt: undefined };
    const { rotation: _gone, ...kept } = former;
    const stamp = { createdAt: 7, createdBy: 'bob', lastModifiedAt: 7, lastModifiedBy: 'bob', version: 1 };
    assert.deepEqual(createSuccessor(former, own, { at: 7, by: 'bob' }), { ...kept, ...own, issuedAt: 7, ...stamp });
  });
});
