import { encodeFault, nameVariable, type RefusalReason } from '@claviger/verify';
import type { Answer } from '../../http/answer.ts';
import type { ForwardAdapter } from './adapter.ts';
import type { ForwardNote } from './door.ts';
import { type ForwardOptions, parseForwardOptions } from './option.ts';

/** What a gateway's options come to, made once for all calls. */
export interface ForwardProfile extends ForwardOptions {
  readonly adapter: ForwardAdapter;
  /** Query parameters that are taken out. */
  readonly parameters: readonly string[];
  readonly refusals: Map<RefusalReason, Answer>;
}

const profilesMax = 1000;
/** Options are an operator's, and few. Somebody else's fill no more than this. */
const profiles = new Map<string, ForwardProfile>();

/** @throws Problem request.invalid */
export function findProfile({ adapter, options }: ForwardNote): ForwardProfile {
  // The name holds no slash.
  const key = `${adapter.name}/${options}`;
  const known = profiles.get(key);
  if (known !== undefined) return known;
  const profile = openProfile(adapter, options);
  if (profiles.size >= profilesMax) profiles.clear();
  profiles.set(key, profile);
  return profile;
}

function openProfile(adapter: ForwardAdapter, text: string): ForwardProfile {
  const options = parseForwardOptions(text, adapter);
  const parameters = options.keys.flatMap((each) => (each.kind === 'query' ? [each.name] : []));
  return { ...options, adapter, parameters: options.passKey ? [] : parameters, refusals: new Map() };
}

/** How long to leave a verifier alone that has lost its plane. */
const retryAfterSeconds = '5';

/** The fault that the client is to be answered. */
export function answerRefusal(profile: ForwardProfile, reason: RefusalReason): Answer {
  const known = profile.refusals.get(reason);
  if (known !== undefined) return known;
  const answer = encodeRefusal(profile, reason);
  profile.refusals.set(reason, answer);
  return answer;
}

function encodeRefusal({ adapter, keys }: ForwardProfile, reason: RefusalReason): Answer {
  const { status, body } = encodeFault(reason, nameVariable(keys[0]));
  const late = status === 503 ? { 'retry-after': retryAfterSeconds } : undefined;
  const headers = { 'cache-control': 'no-store', 'x-claviger-reason': reason, ...late };
  if (adapter.refusal === 'body') return { status, contentType: 'application/json', headers, body };
  const told = { 'x-claviger-status': String(status), 'x-claviger-fault': body };
  return {
    status: status === 503 ? 403 : status,
    contentType: 'application/json',
    headers: { ...headers, ...told },
    body,
  };
}
