import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faults, refusalReasons } from '@claviger/verify';
import { keys } from './content.ts';
import { findKeyOf } from './driver/verify.ts';
import { checkOutcome, type Outcome, reasonOfFault } from './driver.ts';
import { type Row, row, spoofed } from './row.ts';
import { table } from './table.ts';
import type { Handed } from './upstream.ts';

const identity = { app: 'weather', developer: 'ann@example.com', product: 'weather' };

function handedOf({ request }: Row, more: Partial<Handed> = {}): Handed {
  return {
    method: request.method,
    target: request.target,
    headers: [['X-Claviger-App', 'weather']],
    body: '',
    ...more,
  };
}

describe('the conformance table', () => {
  it('finds the caller’s key where the setup looks, and all verdicts but one come up in it', () => {
    for (const each of table.filter(({ verdict }) => verdict === 'allowed')) {
      assert.equal(findKeyOf(each)?.trim(), keys[each.caller ?? 'gold'], each.name);
    }
    const verdicts = new Set(table.map(({ verdict }) => verdict));
    assert.deepEqual(
      refusalReasons.filter((reason) => !verdicts.has(reason)),
      ['verifier.stale'],
    );
  });

  it('a gateway that does what it must is not blamed', () => {
    const allowed = row('allowed', { key: 'weather' });
    checkOutcome(allowed, { status: 200, identity, handed: [handedOf(allowed)] });
    const { status, code } = faults['credential.missing'];
    const refused = row('refused', { verdict: 'credential.missing' });
    checkOutcome(refused, { status, reason: 'credential.missing', faultCode: code, handed: [] });
    const silly = row('silly', { verdict: 'request.ambiguous-path', mayRefuse: true });
    checkOutcome(silly, { status: 400, handed: [] });
  });

  it('a gateway that does otherwise is found out', () => {
    const allowed = row('allowed', { key: 'weather' });
    const wrong = (more: Partial<Handed>): Outcome => ({ status: 200, identity, handed: [handedOf(allowed, more)] });
    const faulty: readonly [fault: string, outcome: Outcome][] = [
      ['refuses', { status: 401, reason: 'credential.missing', handed: [] }],
      ['does not call the API', { status: 200, identity, handed: [] }],
      ['calls it twice', { status: 200, identity, handed: [handedOf(allowed), handedOf(allowed)] }],
      ['tells of somebody else', { ...wrong({}), identity: { ...identity, developer: 'bob@example.com' } }],
      ['tells of nobody', { status: 200, handed: [handedOf(allowed)] }],
      ['passes the key on', wrong({ headers: [['X-Api-Key', keys.weather]] })],
      ['passes it on elsewhere', wrong({ headers: [['X-Trace', `a ${keys.weather}`]] })],
      ['passes on what the client says', wrong({ headers: [['X_Claviger_App', spoofed]] })],
      [
        'tells a name twice',
        wrong({
          headers: [
            ['X-Claviger-App', 'a'],
            ['x_claviger-app', 'b'],
          ],
        }),
      ],
      ['passes an override on', wrong({ headers: [['X-HTTP_Method-Override', 'PUT']] })],
      ['shows its credential', wrong({ headers: [['Claviger-Credential', 'clv_runtime_1']] })],
      ['calls another path', wrong({ target: '/weather/v1/admin' })],
      ['calls with another method', wrong({ method: 'PUT' })],
      ['changes the body', wrong({ body: 'x' })],
    ];
    for (const [fault, outcome] of faulty)
      assert.throws(() => checkOutcome(allowed, outcome), assert.AssertionError, fault);
    const refused = row('refused', { key: 'revoked', verdict: 'credential.revoked', mayRefuse: true });
    const { code: faultCode } = faults['credential.revoked'];
    for (const outcome of [
      { status: 200, identity, handed: [handedOf(refused)] },
      { status: 401, reason: 'credential.revoked', faultCode, handed: [handedOf(refused)] },
      { status: 401, reason: 'credential.unknown', faultCode, handed: [] },
      { status: 403, reason: 'credential.revoked', faultCode, handed: [] },
      { status: 401, reason: 'credential.revoked', faultCode: 'oauth.v2.InvalidApiKey', handed: [] },
      { status: 502, handed: [] },
    ]) {
      assert.throws(() => checkOutcome(refused, outcome), assert.AssertionError, JSON.stringify(outcome));
    }
  });

  it('a fault stands for the reason that is wanted, where it stands for several', () => {
    for (const reason of refusalReasons) assert.equal(reasonOfFault(faults[reason].code, reason), reason);
    assert.equal(reasonOfFault('oauth.v2.InvalidApiKey', 'allowed'), 'credential.unknown');
    assert.equal(reasonOfFault(undefined, 'allowed'), undefined);
  });
});
