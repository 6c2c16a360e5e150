import type { IncomingMessage } from 'node:http';
import { Problem } from '../../../domain/problem.ts';
import type { Presented } from '../../../operations/authentication.ts';
import { readAuthorization } from '../../http/presented.ts';
import type { ForwardNote } from './door.ts';
import { findProfile } from './profile.ts';

/** A call that a gateway holds until it is decided. */
export interface ForwardedCall {
  readonly method: string;
  /** As the client's request line has it. */
  readonly target: string;
}

/**
 * What was called, from where the adapter says that its gateway tells it, and from nowhere else. A gateway that tells it
 * not at all or twice is set up wrong, and nothing is guessed.
 * @throws Problem request.missing, request.invalid
 */
export function readCall({ adapter, rest, method }: ForwardNote, request: IncomingMessage): ForwardedCall {
  const { told } = adapter;
  if (told === undefined) {
    if (rest === '') throw new Problem('request.missing', { field: 'options, which end with &call=' });
    return { method, target: rest };
  }
  return { method: readOnce(request, told.method), target: readOnce(request, told.target) };
}

function readOnce(request: IncomingMessage, name: string): string {
  const [value, ...more] = headerValues(request, name);
  if (value === undefined || value === '') throw new Problem('request.missing', { field: name });
  if (more.length > 0) throw new Problem('request.invalid', { field: name, reason: 'comes twice' });
  return value;
}

/** Every value, in the order in which they came: Node drops the second of some headers, and joins others. */
export function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const each = rawHeaders[at];
    if (each?.length === name.length && each.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

const credentialHeader = 'claviger-credential';

/**
 * The gateway's own credential, from the one place that its options say: the other is its client's.
 * @throws Problem request.invalid where the options can't be read
 */
export function readForwardPresented(note: ForwardNote, request: IncomingMessage): Presented {
  const { credential } = findProfile(note);
  if (credential === 'authorization') return readAuthorization(request.headers);
  const [token, ...more] = headerValues(request, credentialHeader);
  return token === undefined || more.length > 0 ? { kind: 'none' } : { kind: 'bearer', token };
}
