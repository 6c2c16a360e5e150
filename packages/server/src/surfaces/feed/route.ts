import { packedSnapshotType } from '@claviger/verify';
import type { Static } from '@sinclair/typebox';
import { Problem } from '../../domain/problem.ts';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import type { RuntimeAccess } from '../../operations/runtime-access.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FeedAnswer, FeedRefusal, VerifierFeeds } from '../../ports/verifier-feed.ts';
import type { Answer } from '../http/answer.ts';
import { readAuthorization } from '../http/presented.ts';
import type { Encounter, Route } from '../http/route.ts';
import { encodeRecord } from './record.ts';
import {
  findAnswers,
  findBody,
  leaveAnswers,
  leaveBody,
  pollAnswers,
  pollBody,
  snapshotAnswers,
  snapshotQuery,
} from './schema.ts';
import { type SnapshotForm, type SnapshotParts, Snapshots } from './snapshot.ts';

/** What the feed takes of a plane. */
export interface FeedParts extends SnapshotParts {
  readonly feeds: VerifierFeeds;
  readonly access: Pick<RuntimeAccess, 'identify'>;
}

const tag = 'feed';
const headers = { 'cache-control': 'no-store' };
/** However long a verifier would have its poll held. */
const holdMillisecondsMax = 60_000;
const retryAfterSeconds = 2;
/** Until leases end, or somebody stops a verifier. */
const crowdedRetryAfterSeconds = 60;

/** The feed's calls (packages/verify/SPEC.md, "On the wire"), for the runtime listener. */
export function listFeedRoutes(parts: FeedParts): readonly Route<Encounter>[] {
  const snapshots = new Snapshots(parts);
  return [
    {
      id: 'feed.snapshot',
      method: 'GET',
      path: '/feed/snapshot',
      summary: 'All that a verifier holds of the organization, as of one moment',
      tag,
      status: 200,
      schema: { querystring: snapshotQuery, response: snapshotAnswers },
      handle: (encounter) => takeSnapshot(encounter, snapshots, parts.feeds),
    },
    {
      id: 'feed.poll',
      method: 'POST',
      path: '/feed/poll',
      summary: 'What changed since, and that all before is applied',
      tag,
      status: 200,
      takesBody: () => true,
      schema: { body: pollBody, response: pollAnswers },
      handle: (encounter) => poll(encounter, parts),
    },
    {
      id: 'feed.find',
      method: 'POST',
      path: '/feed/find',
      summary: 'What there is of one key, for a verifier that holds only what is asked for',
      tag,
      status: 200,
      takesBody: () => true,
      schema: { body: findBody, response: findAnswers },
      handle: (encounter) => find(encounter, parts),
    },
    {
      id: 'feed.leave',
      method: 'POST',
      path: '/feed/leave',
      summary: 'That a verifier has stopped to answer',
      tag,
      status: 200,
      takesBody: () => true,
      schema: { body: leaveBody, response: leaveAnswers },
      handle: (encounter) => leave(encounter, parts.feeds),
    },
  ];
}

async function takeSnapshot(at: Encounter, snapshots: Snapshots, feeds: VerifierFeeds): Promise<Answer> {
  const { organizationId } = credentialOf(at);
  feeds.prepare(organizationId);
  const { keys } = at.http.query as Static<typeof snapshotQuery>;
  const form = readForm(at.http.headers.accept);
  const body = await snapshots.open(organizationId, { form, nouns: keys === 'none' ? ['api-product'] : undefined });
  if (body === 'busy') throw new Problem('feed.busy', { retryAfterSeconds });
  if (body === undefined) throw new Problem('auth.wrong-credentials', {});
  const contentType = form === 'packed' ? packedSnapshotType : 'application/x-ndjson';
  return { status: at.route.status, contentType, headers: { ...headers, vary: 'accept' }, body };
}

/** The packed form is for who names it: all others can read lines. */
function readForm(accept = ''): SnapshotForm {
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const packed = ranges.find(([type]) => type === packedSnapshotType);
  return packed === undefined || packed.some((part) => /^q=0(\.0*)?$/.test(part)) ? 'lines' : 'packed';
}

async function poll(at: Encounter, { feeds, clock, access }: FeedParts): Promise<Answer> {
  const { id: credentialId, organizationId } = credentialOf(at);
  const { epoch, after, hold, verifier, name, maxStaleness } = at.http.body as Static<typeof pollBody>;
  const gone = new AbortController();
  const { socket } = at.http.raw;
  const end = () => gone.abort();
  socket.once('close', end);
  try {
    const answer = await feeds.poll({
      organizationId,
      credentialId,
      epoch,
      after,
      holdMilliseconds: Math.min(hold, holdMillisecondsMax),
      verifier: verifier.toLowerCase(),
      name,
      forMilliseconds: maxStaleness ?? undefined,
      signal: gone.signal,
    });
    // It may have been revoked while the poll was on its way to where it is held.
    await access.identify(readAuthorization(at.http.headers), at.http.ip);
    return { status: at.route.status, contentType: 'application/json', headers, body: encodeAnswer(answer, clock) };
  } finally {
    socket.off('close', end);
  }
}

async function find(at: Encounter, { verification }: FeedParts): Promise<Answer> {
  const { hash } = at.http.body as Static<typeof findBody>;
  const { organizationId } = credentialOf(at);
  const { place, records } = await verification.find(organizationId, Buffer.from(hash, 'hex').toString('latin1'));
  const told = records.map((record) => `{${encodeRecord(record)}}`).join(',');
  const body = `{"kind":"found","epoch":${JSON.stringify(place.epoch)},"sequence":${place.sequence},"records":[${told}]}`;
  return { status: at.route.status, contentType: 'application/json', headers, body };
}

async function leave(at: Encounter, feeds: VerifierFeeds): Promise<Answer> {
  const { verifier } = at.http.body as Static<typeof leaveBody>;
  const refusal = await feeds.leave(credentialOf(at).organizationId, verifier.toLowerCase());
  if (refusal !== undefined) throw toProblem(refusal);
  return { status: at.route.status, contentType: 'application/json', headers, body: '{}' };
}

function credentialOf({ http }: Encounter): RuntimeCredential {
  if (http.inquiry === undefined) throw new Problem('auth.missing', {});
  return http.inquiry.credential;
}

function encodeAnswer(answer: FeedAnswer, clock: Clock): string {
  if (answer.kind === 'refused') throw toProblem(answer.reason);
  if (answer.kind === 'start-over') return '{"kind":"start-over"}';
  const { epoch, changes, to, more } = answer;
  const told = changes.map(({ sequence, previous, text }) => `{"sequence":${sequence},"previous":${previous},${text}}`);
  const rest = `"to":${to},"more":${more},"planeTime":${clock.now()}`;
  return `{"kind":"changes","epoch":${JSON.stringify(epoch)},"changes":[${told.join(',')}],${rest}}`;
}

function toProblem(refusal: FeedRefusal): Problem {
  switch (refusal) {
    case 'denied':
      return new Problem('auth.wrong-credentials', {});
    case 'superseded':
      return new Problem('feed.superseded', {});
    case 'crowded':
      return new Problem('feed.crowded', { retryAfterSeconds: crowdedRetryAfterSeconds });
    case 'busy':
      return new Problem('feed.busy', { retryAfterSeconds });
    case 'foreign':
      return new Problem('request.invalid', { field: 'verifier', reason: 'is one of another organization' });
    case 'unavailable':
      return new Problem('store.unavailable', { retryAfterSeconds: 1 });
  }
}
