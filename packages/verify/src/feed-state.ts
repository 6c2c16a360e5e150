import type { RecordChange } from './holding.ts';

/** A place in the feed. Sequences of different epochs can't be compared. */
export interface FeedPosition {
  readonly epoch: string;
  readonly sequence: number;
}

/** One change as the feed tells it: `previous` links it to the one before, so that none can be missing unseen. */
export interface FeedChange {
  readonly sequence: number;
  readonly previous: number;
  readonly change: RecordChange;
}

/** What the plane answers a poll. */
export type PollAnswer =
  | { readonly kind: 'start-over' }
  | {
      readonly kind: 'changes';
      readonly epoch: string;
      readonly changes: readonly FeedChange[];
      /** Up to here the log was read; at least the last change's sequence. */
      readonly to: number;
      /** The log went on when this was answered: poll again at once. */
      readonly more: boolean;
    };

/** Every answer names the request that it answers: one that was given up must not count any more. */
interface Answering {
  readonly ticket: number;
}

export type FeedEvent =
  | { readonly type: 'start' }
  /** A snapshot arrived whole. */
  | (Answering & { readonly type: 'snapshotted'; readonly position: FeedPosition })
  | (Answering & { readonly type: 'snapshot-failed' })
  /** `sentAt`: when the poll was sent, on a monotonic clock, in milliseconds. */
  | (Answering & { readonly type: 'polled'; readonly answer: PollAnswer; readonly sentAt: number })
  | (Answering & { readonly type: 'poll-failed' })
  | (Answering & { readonly type: 'due' })
  | { readonly type: 'stop' };

/** What the client has to do after an event, in this order. */
export type FeedEffect =
  | { readonly type: 'fetch-snapshot'; readonly ticket: number }
  /** Answer from the fetched snapshot from now on, and forget what was held before. */
  | { readonly type: 'adopt-snapshot' }
  | { readonly type: 'apply'; readonly changes: readonly RecordChange[] }
  /** All that the plane knew when the poll was sent is applied (G3). */
  | { readonly type: 'heard'; readonly at: number }
  /** `sequence` is applied: asking for what comes after it acknowledges it. */
  | { readonly type: 'poll'; readonly ticket: number; readonly after: FeedPosition; readonly hold: boolean }
  /** Send `due` after the pause that the attempt's number stands for; the first one is 1. */
  | { readonly type: 'pause'; readonly ticket: number; readonly attempt: number }
  | { readonly type: 'abandon'; readonly ticket: number }
  | { readonly type: 'report'; readonly fault: FeedFault };

/** Why a feed was not believed. */
export type FeedFault = 'other-epoch' | 'start-over' | 'broken-chain';

interface Base {
  /** Of the last request or pause. */
  readonly ticket: number;
  /** Failures since all was heard last. */
  readonly failures: number;
}

export type FeedState =
  | (Base & { readonly name: 'idle' })
  | (Base & { readonly name: 'loading' })
  /** A poll is under way. `hold`: nothing is known to be missing, so the plane may wait for the next change. */
  | (Base & { readonly name: 'following'; readonly position: FeedPosition })
  /** A pause. Without a position a snapshot follows, else a poll. */
  | (Base & { readonly name: 'waiting'; readonly position: FeedPosition | undefined })
  | (Base & { readonly name: 'stopped' });

export interface FeedStep {
  readonly state: FeedState;
  readonly effects: readonly FeedEffect[];
}

export const feedStart: FeedState = { name: 'idle', ticket: 0, failures: 0 };

type StateOf<Name extends FeedState['name']> = Extract<FeedState, { name: Name }>;
type EventOf<Type extends FeedEvent['type']> = Extract<FeedEvent, { type: Type }>;
type Row<Name extends FeedState['name']> = {
  readonly [Type in FeedEvent['type']]: (state: StateOf<Name>, event: EventOf<Type>) => FeedStep;
};

/** Every state with every event (SPEC.md): a new one of either does not compile before its cells are written. */
const table: { readonly [Name in FeedState['name']]: Row<Name> } = {
  idle: {
    start: load,
    snapshotted: stay,
    'snapshot-failed': stay,
    polled: stay,
    'poll-failed': stay,
    due: stay,
    stop: halt,
  },
  loading: {
    start: stay,
    snapshotted: (state, { position }) => {
      const [next, poll] = follow(state, position, false);
      return { state: next, effects: [{ type: 'adopt-snapshot' }, poll] };
    },
    'snapshot-failed': (state) => pause(state, undefined),
    polled: stay,
    'poll-failed': stay,
    due: stay,
    stop: halt,
  },
  following: {
    start: stay,
    snapshotted: stay,
    'snapshot-failed': stay,
    polled: takeAnswer,
    'poll-failed': (state) => pause(state, state.position),
    due: stay,
    stop: halt,
  },
  waiting: {
    start: stay,
    snapshotted: stay,
    'snapshot-failed': stay,
    polled: stay,
    'poll-failed': stay,
    due: (state) => {
      if (state.position === undefined) return load(state);
      const [next, poll] = follow(state, state.position, false);
      return { state: next, effects: [poll] };
    },
    stop: halt,
  },
  stopped: {
    start: load,
    snapshotted: stay,
    'snapshot-failed': stay,
    polled: stay,
    'poll-failed': stay,
    due: stay,
    stop: stay,
  },
};

/** The client of a feed as a pure function: the next state and what to do. Never throws. */
export function stepFeed(state: FeedState, event: FeedEvent): FeedStep {
  if ('ticket' in event && event.ticket !== state.ticket) return stay(state);
  const cell = table[state.name][event.type] as (state: FeedState, event: FeedEvent) => FeedStep;
  return cell(state, event);
}

function stay(state: FeedState): FeedStep {
  return { state, effects: [] };
}

function load(state: Base): FeedStep {
  const ticket = state.ticket + 1;
  return {
    state: { name: 'loading', ticket, failures: state.failures },
    effects: [{ type: 'fetch-snapshot', ticket }],
  };
}

function follow(
  { ticket: before, failures }: Base,
  position: FeedPosition,
  hold: boolean,
): [StateOf<'following'>, FeedEffect] {
  const ticket = before + 1;
  return [
    { name: 'following', ticket, failures, position },
    { type: 'poll', ticket, after: position, hold },
  ];
}

/** What is held stays in use meanwhile, for as long as its age allows. */
function pause({ ticket: before, failures }: Base, position: FeedPosition | undefined): FeedStep {
  const [ticket, attempt] = [before + 1, failures + 1];
  return {
    state: { name: 'waiting', ticket, failures: attempt, position },
    effects: [{ type: 'pause', ticket, attempt }],
  };
}

function halt(state: FeedState): FeedStep {
  const { ticket } = state;
  return { state: { name: 'stopped', ticket: ticket + 1, failures: 0 }, effects: [{ type: 'abandon', ticket }] };
}

function takeAnswer(state: StateOf<'following'>, { answer, sentAt }: EventOf<'polled'>): FeedStep {
  const fault = findFault(state.position, answer);
  if (fault !== undefined || answer.kind === 'start-over') return startOver(state, fault ?? 'start-over');
  const { changes, epoch, to, more } = answer;
  const applied: FeedEffect[] =
    changes.length === 0 ? [] : [{ type: 'apply', changes: changes.map(({ change }) => change) }];
  const settled = more ? state : { ...state, failures: 0 };
  const [next, poll] = follow(settled, { epoch, sequence: to }, !more);
  const heard: FeedEffect[] = more ? [] : [{ type: 'heard', at: sentAt }];
  return { state: next, effects: [...applied, ...heard, poll] };
}

/** At once for the first time; with a pause where nothing was heard in between, so that a lying feed costs little. */
function startOver(state: StateOf<'following'>, fault: FeedFault): FeedStep {
  const next = state.failures === 0 ? load({ ...state, failures: 1 }) : pause(state, undefined);
  return { state: next.state, effects: [{ type: 'report', fault }, ...next.effects] };
}

function findFault(position: FeedPosition, answer: PollAnswer): FeedFault | undefined {
  if (answer.kind === 'start-over') return 'start-over';
  if (answer.epoch !== position.epoch) return 'other-epoch';
  let last = position.sequence;
  for (const { sequence, previous } of answer.changes) {
    if (previous !== last || sequence <= last) return 'broken-chain';
    last = sequence;
  }
  if (!Number.isSafeInteger(answer.to) || answer.to < last) return 'broken-chain';
  // More to come and nothing told: asked again at once, it would be asked for ever.
  return answer.more && answer.to === position.sequence ? 'broken-chain' : undefined;
}
