import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KeyEvent, type KeyState, stepKey } from '../src/key-state.ts';

const states: readonly KeyState[] = [
  { name: 'unknown' },
  { name: 'asking', ticket: 7, attempt: 1 },
  { name: 'asking', ticket: 7, attempt: 3 },
  { name: 'held' },
  { name: 'absent' },
];

const answered = { type: 'answered', ticket: 7, next: 8 } as const;
const events: Readonly<Record<string, KeyEvent>> = {
  wanted: { type: 'wanted', next: 8 },
  'answered: found': { ...answered, found: true, outrun: false },
  'answered: none': { ...answered, found: false, outrun: false },
  'answered: found, outrun': { ...answered, found: true, outrun: true },
  'answered: none, outrun': { ...answered, found: false, outrun: true },
  'answered late': { ...answered, ticket: 6, found: true, outrun: false },
  failed: { type: 'failed', ticket: 7 },
  'failed late': { type: 'failed', ticket: 6 },
  'may-exist': { type: 'may-exist' },
  lost: { type: 'lost' },
  expired: { type: 'expired' },
  evicted: { type: 'evicted' },
  'started-over': { type: 'started-over', next: 8 },
};

/** What every cell does, as SPEC.md has it: the next state, then the effects; absent: nothing. */
const cells: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unknown: { wanted: 'asking 8/1: ask 8' },
  'asking 7/1': {
    'answered: found': 'held: take settle',
    'answered: none': 'absent: settle',
    'answered: found, outrun': 'asking 8/2: ask 8',
    'answered: none, outrun': 'asking 8/2: ask 8',
    failed: 'unknown: settle',
    'started-over': 'asking 8/2: ask 8',
  },
  'asking 7/3': {
    'answered: found': 'held: take settle',
    'answered: none': 'absent: settle',
    'answered: found, outrun': 'unknown: settle',
    'answered: none, outrun': 'unknown: settle',
    failed: 'unknown: settle',
    'started-over': 'unknown: settle',
  },
  held: { lost: 'unknown:', evicted: 'unknown:', 'started-over': 'unknown:' },
  absent: { 'may-exist': 'unknown:', expired: 'unknown:', evicted: 'unknown:', 'started-over': 'unknown:' },
};

function tell(state: KeyState): string {
  return state.name === 'asking' ? `asking ${state.ticket}/${state.attempt}` : state.name;
}

describe('one key of a verifier that reads through', () => {
  for (const state of states) {
    for (const [name, event] of Object.entries(events)) {
      const wanted = cells[tell(state)]?.[name] ?? `${tell(state)}:`;
      it(`${tell(state)}, ${name}: ${wanted}`, () => {
        const { state: next, effects } = stepKey(state, event);
        const told = effects.map((effect) => (effect.type === 'ask' ? `ask ${effect.ticket}` : effect.type));
        assert.equal([`${tell(next)}:`, ...told].join(' '), wanted);
      });
    }
  }
});
