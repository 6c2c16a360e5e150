/** What a verifier that reads through knows of one key (SPEC.md, "Reading through"). */
export type KeyState =
  | { readonly name: 'unknown' }
  /** The plane is asked; `attempt` counts from 1. */
  | { readonly name: 'asking'; readonly ticket: number; readonly attempt: number }
  | { readonly name: 'held' }
  | { readonly name: 'absent' };

export type KeyEvent =
  /** Somebody asks about it. */
  | { readonly type: 'wanted'; readonly next: number }
  /** `outrun`: what is applied already may contradict it. */
  | {
      readonly type: 'answered';
      readonly ticket: number;
      readonly found: boolean;
      readonly outrun: boolean;
      readonly next: number;
    }
  | { readonly type: 'failed'; readonly ticket: number }
  /** A change after which it may exist. */
  | { readonly type: 'may-exist' }
  /** A change took a part of it out of what is held. */
  | { readonly type: 'lost' }
  /** Its absence was told too long ago. */
  | { readonly type: 'expired' }
  /** It made room for keys that are asked for more. */
  | { readonly type: 'evicted' }
  /** All that was applied is of another snapshot. */
  | { readonly type: 'started-over'; readonly next: number };

/** What to do after an event, in this order. */
export type KeyEffect =
  | { readonly type: 'ask'; readonly ticket: number }
  /** Hold what was found. */
  | { readonly type: 'take' }
  /** Who waits may look again. */
  | { readonly type: 'settle' };

export interface KeyStep {
  readonly state: KeyState;
  readonly effects: readonly KeyEffect[];
}

export const keyUnknown: KeyState = { name: 'unknown' };
const absent: KeyState = { name: 'absent' };

/** A key that changes faster than it can be asked for is refused in the end. */
const attemptsMax = 3;

type StateOf<Name extends KeyState['name']> = Extract<KeyState, { name: Name }>;
type EventOf<Type extends KeyEvent['type']> = Extract<KeyEvent, { type: Type }>;
type Row<Name extends KeyState['name']> = {
  readonly [Type in KeyEvent['type']]: (state: StateOf<Name>, event: EventOf<Type>) => KeyStep;
};

/** Every state with every event: a new one of either does not compile before its cells are written. */
const table: { readonly [Name in KeyState['name']]: Row<Name> } = {
  unknown: {
    wanted: (_, { next }) => ask(next, 1),
    answered: stay,
    failed: stay,
    'may-exist': stay,
    lost: stay,
    expired: stay,
    evicted: stay,
    'started-over': stay,
  },
  asking: {
    wanted: stay,
    answered: takeAnswer,
    failed: (state, { ticket }) => (ticket === state.ticket ? giveUp() : stay(state)),
    // The memory of changes tells when the answer comes.
    'may-exist': stay,
    lost: stay,
    expired: stay,
    evicted: stay,
    'started-over': (state, { next }) => askAgain(state, next),
  },
  held: {
    wanted: stay,
    answered: stay,
    failed: stay,
    'may-exist': stay,
    lost: forget,
    expired: stay,
    evicted: forget,
    'started-over': forget,
  },
  absent: {
    wanted: stay,
    answered: stay,
    failed: stay,
    'may-exist': forget,
    lost: stay,
    expired: forget,
    evicted: forget,
    'started-over': forget,
  },
};

/** One key of a verifier that reads through, as a pure function. Never throws. */
export function stepKey(state: KeyState, event: KeyEvent): KeyStep {
  const cell = table[state.name][event.type] as (state: KeyState, event: KeyEvent) => KeyStep;
  return cell(state, event);
}

function stay(state: KeyState): KeyStep {
  return { state, effects: [] };
}

function ask(ticket: number, attempt: number): KeyStep {
  return { state: { name: 'asking', ticket, attempt }, effects: [{ type: 'ask', ticket }] };
}

function askAgain({ attempt }: StateOf<'asking'>, next: number): KeyStep {
  return attempt < attemptsMax ? ask(next, attempt + 1) : giveUp();
}

function giveUp(): KeyStep {
  return { state: keyUnknown, effects: [{ type: 'settle' }] };
}

function forget(): KeyStep {
  return { state: keyUnknown, effects: [] };
}

function takeAnswer(state: StateOf<'asking'>, { ticket, found, outrun, next }: EventOf<'answered'>): KeyStep {
  if (ticket !== state.ticket) return stay(state);
  if (outrun) return askAgain(state, next);
  if (!found) return { state: absent, effects: [{ type: 'settle' }] };
  return { state: { name: 'held' }, effects: [{ type: 'take' }, { type: 'settle' }] };
}
