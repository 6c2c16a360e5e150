import { encodeFault, encodeHeaderText, listIdentity, nameVariable, type Verdict } from '@claviger/verify';
import type { Ruling } from '../../../ports/verifier.ts';
import { takesAuthorization } from '../held-call.ts';
import type { Notice } from './connection.ts';
import { encodeAck, type Variable } from './frame.ts';
import { findPassedTarget, type Inquiry } from './inquiry.ts';

type Allowed = Extract<Verdict, { allowed: true }>;

/** Variables that not every answer has. One of them that is not set is taken away: none is left from a question before. */
const names = [
  'reason',
  'status',
  'fault_code',
  'fault_text',
  'fault_body',
  'passed_path',
  'app',
  'app_id',
  'developer',
  'developer_id',
  'company',
  'company_id',
  'product',
  'product_id',
  'credential_id',
  'quota_limit',
  'quota_interval',
  'quota_timeunit',
];

/** The ACK of a decision, within the size that was agreed on. */
export function encodeRuling(notice: Notice, ruling: Ruling, inquiry: Inquiry): Buffer {
  const { verdict } = ruling;
  const variables = verdict.allowed ? describeAllowed(verdict, inquiry) : describeRefused(ruling, inquiry);
  const set = new Set(variables.map(([name]) => name));
  const unset = names.filter((name) => !set.has(name)).map((name): Variable => [name, undefined]);
  const ack = encodeAck(notice.ids, [...variables, ...unset]);
  // HAProxy would drop the connection with all other answers on it.
  return ack.length - 4 > notice.frameBytesMax ? encodeFailure(notice.ids, 'gateway.answer-too-long') : ack;
}

/** The ACK where there is no decision: neither the client nor his key is to blame. */
export function encodeFailure(ids: Uint8Array, reason: string): Buffer {
  return encodeAck(ids, [
    ['allowed', false],
    ['reason', reason],
    ['status', 503],
    ['fault_body', undefined],
  ]);
}

function describeRefused({ verdict, fault }: Ruling, { options }: Inquiry): Variable[] {
  if (verdict.allowed || fault === undefined) return [['allowed', false]];
  return [
    ['allowed', false],
    ['reason', verdict.reason],
    ['status', fault.status],
    ['fault_code', fault.code],
    ['fault_text', fault.text],
    ['fault_body', encodeFault(verdict.reason, nameVariable(options.keys[0])).body],
  ];
}

function describeAllowed(verdict: Allowed, inquiry: Inquiry): Variable[] {
  const { call, options } = inquiry;
  const passed = findPassedTarget(inquiry);
  const { quota } = verdict.match ?? {};
  return [
    ['allowed', true],
    ['takes_authorization', takesAuthorization(call, options)],
    ...listIdentity(verdict, options.attributes).map(([name, value]): Variable => [nameOf(name), value]),
    ['passed_path', passed === undefined ? undefined : Buffer.from(passed, 'latin1')],
    ['quota_limit', encodeText(quota?.limit)],
    ['quota_interval', encodeText(quota?.interval)],
    ['quota_timeunit', encodeText(quota?.timeUnit)],
  ];
}

/** It may become a header as well. */
function encodeText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : encodeHeaderText(text);
}

const prefix = 'X-Claviger-';

/** As `app_id` for `X-Claviger-App-Id`: a variable's name has no hyphen. */
function nameOf(header: string): string {
  return header.slice(prefix.length).replaceAll('-', '_').toLowerCase();
}
