import { encodeFault, type Verdict } from '@claviger/verify';
import type { Ruling } from '../../../ports/verifier.ts';
import type { Notice } from './connection.ts';
import { encodeAck, type Variable } from './frame.ts';
import type { Inquiry } from './inquiry.ts';

type Allowed = Extract<Verdict, { allowed: true }>;
type Values = Readonly<Record<string, Variable[1]>>;

/** Every variable there is. What a call has no value for is taken away, so that none is left from a question before. */
const names = [
  'allowed',
  'reason',
  'status',
  'fault_code',
  'fault_text',
  'fault_body',
  'passed_path',
  'takes_authorization',
  'credential_id',
  'app',
  'app_id',
  'developer',
  'developer_id',
  'company',
  'company_id',
  'product',
  'quota_limit',
  'quota_interval',
  'quota_unit',
] as const;

/** The ACK of a decision, within the size that was agreed on. */
export function encodeRuling({ ids, frameBytesMax }: Notice, { verdict, fault }: Ruling, inquiry: Inquiry): Buffer {
  const values = verdict.allowed
    ? {
        allowed: true,
        ...describeAllowed(verdict),
        passed_path: encodePath(inquiry.passedTarget),
        takes_authorization: inquiry.takesAuthorization,
      }
    : {
        allowed: false,
        reason: verdict.reason,
        status: fault?.status ?? 503,
        fault_code: fault?.code,
        fault_text: fault?.text,
        fault_body: encodeFault(verdict.reason, inquiry.variable).body,
      };
  const ack = encodeValues(ids, values);
  // HAProxy would drop the connection with all other answers on it.
  return ack.length - 4 > frameBytesMax ? encodeFailure(ids, 'gateway.answer-too-long') : ack;
}

/** The ACK where there is no decision: neither the client nor his key is to blame. */
export function encodeFailure(ids: Uint8Array, reason: string): Buffer {
  return encodeAck(ids, [
    ['allowed', false],
    ['reason', reason],
    ['status', 503],
  ]);
}

function encodeValues(ids: Uint8Array, values: Values): Buffer {
  return encodeAck(
    ids,
    names.map((name) => [name, values[name]]),
  );
}

function encodePath(target: string | undefined): Uint8Array | undefined {
  return target === undefined ? undefined : Buffer.from(target, 'latin1');
}

function describeAllowed({ credential, app, owner, product, match }: Allowed): Values {
  const { quota } = match ?? {};
  return {
    credential_id: credential.id,
    app: encodeWord(app.name),
    app_id: app.id,
    ...(owner.kind === 'developer'
      ? { developer: encodeWord(owner.email), developer_id: owner.id }
      : { company: encodeWord(owner.name), company_id: owner.id }),
    product: encodeWord(product?.name),
    quota_limit: encodeWord(quota?.limit),
    quota_interval: encodeWord(quota?.interval),
    quota_unit: encodeWord(quota?.timeUnit),
  };
}

/** Ends up in headers: what has no place there is percent-encoded, as UTF-8. */
function encodeWord(text: string | undefined): string | undefined {
  return text?.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
}
