import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type FeedEffect,
  type FeedEvent,
  type FeedPosition,
  type FeedState,
  feedStart,
  type PollAnswer,
  type RecordChange,
  stepFeed,
} from '../src/index.ts';
import { makeId } from './support.ts';

const position: FeedPosition = { epoch: 'e1', sequence: 10 };
const states: Readonly<Record<FeedState['name'], FeedState>> = {
  idle: feedStart,
  loading: { name: 'loading', ticket: 5, failures: 2 },
  following: { name: 'following', ticket: 5, failures: 2, position },
  waiting: { name: 'waiting', ticket: 5, failures: 2, position },
  stopped: { name: 'stopped', ticket: 5, failures: 0 },
};

function remove(number: number): RecordChange {
  return { noun: 'app', id: makeId(number), record: undefined };
}

function answer(given: Partial<Extract<PollAnswer, { kind: 'changes' }>> = {}): PollAnswer {
  const changes = [
    { sequence: 12, previous: 10, change: remove(1) },
    { sequence: 15, previous: 12, change: remove(2) },
  ];
  return { kind: 'changes', epoch: 'e1', changes, to: 16, more: false, ...given };
}

function events(ticket: number): Readonly<Record<FeedEvent['type'], FeedEvent>> {
  return {
    start: { type: 'start' },
    snapshotted: { type: 'snapshotted', ticket, position },
    'snapshot-failed': { type: 'snapshot-failed', ticket },
    polled: { type: 'polled', ticket, answer: answer(), sentAt: 77 },
    'poll-failed': { type: 'poll-failed', ticket },
    due: { type: 'due', ticket },
    stop: { type: 'stop' },
  };
}

type Cell = readonly [next: FeedState['name'], ...effects: FeedEffect['type'][]];

/** What the table in SPEC.md says; a cell that is not here stays as it is, without effects. */
const cells: { readonly [Name in FeedState['name']]?: { readonly [Type in FeedEvent['type']]?: Cell } } = {
  idle: { start: ['loading', 'fetch-snapshot'], stop: ['stopped', 'abandon'] },
  loading: {
    snapshotted: ['following', 'adopt-snapshot', 'poll'],
    'snapshot-failed': ['waiting', 'pause'],
    stop: ['stopped', 'abandon'],
  },
  following: {
    polled: ['following', 'apply', 'heard', 'poll'],
    'poll-failed': ['waiting', 'pause'],
    stop: ['stopped', 'abandon'],
  },
  waiting: { due: ['following', 'poll'], stop: ['stopped', 'abandon'] },
  stopped: { start: ['loading', 'fetch-snapshot'] },
};

describe('feed state: every cell', () => {
  for (const [name, state] of Object.entries(states) as [FeedState['name'], FeedState][]) {
    for (const [type, event] of Object.entries(events(state.ticket)) as [FeedEvent['type'], FeedEvent][]) {
      const [next, ...effects] = cells[name]?.[type] ?? [name];
      test(`${name} × ${type}: ${next}${effects.map((effect) => `, ${effect}`).join('')}`, () => {
        const step = stepFeed(state, event);
        assert.equal(step.state.name, next);
        assert.deepEqual(
          step.effects.map((effect) => effect.type),
          effects,
        );
        if (cells[name]?.[type] === undefined) assert.equal(step.state, state);
      });
    }
  }

  test('the table of SPEC.md has a row for every state and a column for every event', () => {
    const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8');
    const head = spec.split('\n').find((line) => line.startsWith('| | `start`')) ?? '';
    assert.deepEqual(
      [...head.matchAll(/`([^`]+)`/g)].map(([, type]) => type),
      Object.keys(events(0)),
    );
    const rows = spec.slice(spec.indexOf(head)).split('\n').slice(2, 7);
    for (const [at, name] of Object.keys(states).entries()) {
      const shown =
        rows[at]
          ?.split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()) ?? [];
      assert.equal(shown[0], `\`${name}\``);
      const known = cells[name as FeedState['name']] ?? {};
      const stays = Object.keys(events(0)).map((type) => known[type as FeedEvent['type']] === undefined);
      assert.deepEqual(
        shown.slice(1).map((cell) => cell === '–'),
        stays,
      );
    }
  });
});

describe('feed state: the rules beside the table', () => {
  test('a late answer changes nothing in any state', () => {
    for (const state of Object.values(states)) {
      for (const event of Object.values(events(state.ticket - 1))) {
        if ('ticket' in event) assert.deepEqual(stepFeed(state, event), { state, effects: [] });
      }
    }
  });

  test('an answer with more to come does not count as heard', () => {
    const { effects } = stepFeed(states.following, polled(answer({ more: true })));
    assert.deepEqual(
      effects.map(({ type }) => type),
      ['apply', 'poll'],
    );
    assert.deepEqual(effects.at(-1), { type: 'poll', ticket: 6, after: { epoch: 'e1', sequence: 16 }, hold: false });
  });

  test('an answer without changes moves the place and the time of hearing', () => {
    const { effects } = stepFeed(states.following, polled(answer({ changes: [] })));
    assert.deepEqual(effects, [
      { type: 'heard', at: 77 },
      { type: 'poll', ticket: 6, after: { epoch: 'e1', sequence: 16 }, hold: true },
    ]);
  });

  const lies: Readonly<Record<string, PollAnswer>> = {
    'a gap': answer({ changes: [{ sequence: 15, previous: 12, change: remove(1) }] }),
    'a repeat': answer({ changes: [{ sequence: 10, previous: 10, change: remove(1) }] }),
    'another order': answer({
      changes: [
        { sequence: 15, previous: 10, change: remove(1) },
        { sequence: 12, previous: 15, change: remove(2) },
      ],
    }),
    'an end before its last change': answer({ to: 14 }),
    'an end before where we are': answer({ changes: [], to: 9 }),
    'no end': answer({ to: Number.NaN }),
    'another epoch': answer({ epoch: 'e2' }),
    'start over': { kind: 'start-over' },
  };
  for (const [name, lie] of Object.entries(lies)) {
    test(`${name}: nothing is applied, and a snapshot follows`, () => {
      const fresh: FeedState = { name: 'following', ticket: 5, failures: 0, position };
      const first = stepFeed(fresh, polled(lie));
      assert.deepEqual(
        first.effects.map(({ type }) => type),
        ['report', 'fetch-snapshot'],
      );
      const again = stepFeed(states.following, polled(lie));
      assert.deepEqual(
        again.effects.map(({ type }) => type),
        ['report', 'pause'],
      );
      const loaded = stepFeed(again.state, { type: 'due', ticket: again.state.ticket });
      assert.equal(loaded.state.name, 'loading');
    });
  }

  test('pauses count up until all was heard', () => {
    let { state } = stepFeed(states.following, { type: 'poll-failed', ticket: 5 });
    assert.equal(state.failures, 3);
    ({ state } = stepFeed(state, { type: 'due', ticket: state.ticket }));
    ({ state } = stepFeed(state, { type: 'polled', ticket: state.ticket, answer: answer({ more: true }), sentAt: 1 }));
    assert.equal(state.failures, 3);
    const rest = { ...answer(), changes: [], to: 20 } as PollAnswer;
    ({ state } = stepFeed(state, { type: 'polled', ticket: state.ticket, answer: rest, sentAt: 1 }));
    assert.equal(state.failures, 0);
  });
});

function polled(given: PollAnswer): FeedEvent {
  return { type: 'polled', ticket: 5, answer: given, sentAt: 77 };
}

/** A plane that appends changes, is restored now and then, and lies as told; and a client that holds what it applied. */
class World {
  log: number[] = [];
  epoch = 1;
  held: number[] | undefined;
  loaded: number[] | undefined;
  /** Length of the log when the poll or snapshot under way was sent. */
  sent = 0;
  heard = -1;
  state = feedStart;
  last: FeedEffect | undefined;

  send(event: FeedEvent): void {
    const { state, effects } = stepFeed(this.state, event);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: FeedEffect): void {
    if (effect.type === 'apply') this.held?.push(...effect.changes.map(({ id }) => Number.parseInt(id.slice(-12), 16)));
    else if (effect.type === 'adopt-snapshot') this.held = this.loaded;
    else if (effect.type === 'heard') this.heard = effect.at;
    else if (effect.type !== 'report') {
      this.last = effect;
      this.sent = this.log.length;
    }
  }

  position(): FeedPosition {
    return { epoch: `e${this.epoch}`, sequence: this.log.length };
  }

  /** An honest answer, with at most `limit` changes. */
  answer(after: FeedPosition, limit: number): PollAnswer {
    if (after.epoch !== `e${this.epoch}`) return { kind: 'start-over' };
    const slice = this.log.slice(after.sequence, after.sequence + limit);
    const changes = slice.map((value, at) => ({
      sequence: after.sequence + at + 1,
      previous: after.sequence + at,
      change: remove(value),
    }));
    const to = after.sequence + slice.length;
    return { kind: 'changes', epoch: after.epoch, changes, to, more: to < this.log.length };
  }
}

test('over any course of events, what is held is what the log said, and what was heard is complete', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), n: fc.integer({ min: 1, max: 4 }) }) },
    fc.record({ do: fc.constant('fail' as const), n: fc.constant(0) }),
    fc.record({ do: fc.constant('lie' as const), n: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ do: fc.constant('restore' as const), n: fc.integer({ min: 0, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = new World();
      world.send({ type: 'start' });
      let next = 1;
      for (const { do: what, n } of steps) {
        if (what === 'append') for (let count = 0; count < n; count++) world.log.push(next++);
        else if (what === 'restore') {
          world.epoch += 1;
          world.log = world.log.slice(0, Math.max(0, world.log.length - n));
          world.heard = -1;
        } else play(world, what, n);
        const current = world.state.name === 'following' && world.state.position.epoch === `e${world.epoch}`;
        if (current) assert.deepEqual(world.held, world.log.slice(0, world.held?.length));
        if (current) assert.ok((world.held?.length ?? 0) >= world.heard, 'heard and not held');
      }
    }),
    { numRuns: 3000 },
  );
});

function play(world: World, what: 'answer' | 'fail' | 'lie', n: number): void {
  const { last } = world;
  if (last === undefined || !('ticket' in last)) return;
  const { ticket } = last;
  if (last.type === 'pause') world.send({ type: 'due', ticket });
  else if (last.type === 'fetch-snapshot') {
    if (what !== 'answer') {
      world.send({ type: 'snapshot-failed', ticket });
      return;
    }
    world.loaded = [...world.log];
    world.send({ type: 'snapshotted', ticket, position: world.position() });
  } else if (last.type === 'poll') {
    if (what === 'fail') {
      world.send({ type: 'poll-failed', ticket });
      return;
    }
    const honest = world.answer(last.after, n + 1);
    world.send({ type: 'polled', ticket, answer: what === 'lie' ? distort(honest, n) : honest, sentAt: world.sent });
  }
}

function distort(honest: PollAnswer, how: number): PollAnswer {
  if (honest.kind !== 'changes' || honest.changes.length < 2) return { kind: 'start-over' };
  const changes = [...honest.changes];
  if (how === 0) changes.shift();
  else if (how === 1) changes.reverse();
  else changes.push(...changes.slice(0, 1));
  return { ...honest, changes };
}
