import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addMoney, compareMoney, isSameMoney, type Money, parseMoney, signOfMoney, subtractMoney } from './money.ts';

const unitsMax = 2n ** 63n - 1n;
const unitsMin = -(2n ** 63n);

/** Numbers that look random and are the same in every run (mulberry32). */
function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** In billionths, out of the text of the amount. */
function billionthsOf({ units, nanos }: Money): bigint {
  const negative = units.startsWith('-') || nanos < 0;
  const text = `${units.replace('-', '')}${String(Math.abs(nanos)).padStart(9, '0')}`;
  return negative ? -BigInt(text) : BigInt(text);
}

function isInRange(billionths: bigint): boolean {
  const size = billionths < 0n ? -billionths : billionths;
  const units = size / 10n ** 9n;
  return billionths < 0n ? -units >= unitsMin : units <= unitsMax;
}

/** Amounts around every edge that arithmetic can fall over, and some of all sizes between. */
function listAmounts(): Money[] {
  const next = createNumbers(7);
  const nanos = [0, 1, 499_999_999, 500_000_000, 999_999_999];
  const edges = [0n, 1n, 2n ** 31n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, unitsMax - 1n, unitsMax];
  const sizes = Array.from({ length: 20 }, () => BigInt(next(2 ** 31)) ** BigInt(1 + next(2)));
  const positive = [...edges, ...sizes].flatMap((units) => {
    const some = [...nanos, next(10 ** 9)];
    return some.map((each): Money => ({ currencyCode: 'EUR', units: String(units), nanos: each }));
  });
  const negative = positive.map(
    ({ units, nanos: each }): Money => ({
      currencyCode: 'EUR',
      units: units === '0' ? '0' : `-${units}`,
      nanos: each === 0 ? 0 : -each,
    }),
  );
  return [...positive, ...negative, { currencyCode: 'EUR', units: String(unitsMin), nanos: -999_999_999 }];
}

const operations = {
  addMoney: { run: addMoney, expect: (left: bigint, right: bigint) => left + right },
  subtractMoney: { run: subtractMoney, expect: (left: bigint, right: bigint) => left - right },
};

describe('money', () => {
  const amounts = listAmounts();

  for (const [name, { run, expect }] of Object.entries(operations)) {
    test(`${name} is exact, keeps to one sign, and refuses what an int64 can not say`, () => {
      let refused = 0;
      for (const left of amounts) {
        for (const right of amounts) {
          const wanted = expect(billionthsOf(left), billionthsOf(right));
          if (!isInRange(wanted)) {
            refused += 1;
            assert.throws(() => run(left, right, 'f'), { code: 'request.invalid' });
            continue;
          }
          const got = run(left, right, 'f');
          assert.equal(billionthsOf(got), wanted);
          // What comes out can go in: the sign, the range and the spelling are those that are asked of a client.
          assert.deepEqual(parseMoney(got, 'f'), got);
          assert.equal(Object.is(got.nanos, -0), false);
        }
      }
      assert.ok(refused > 100);
    });
  }

  test('is compared and signed as its billionths are', () => {
    for (const left of amounts) {
      assert.equal(BigInt(signOfMoney(left)), sign(billionthsOf(left)));
      for (const right of amounts) {
        const difference = billionthsOf(left) - billionthsOf(right);
        assert.equal(BigInt(compareMoney(left, right)), sign(difference));
        assert.equal(isSameMoney(left, right), difference === 0n);
      }
    }
    assert.equal(
      isSameMoney({ currencyCode: 'EUR', units: '1', nanos: 0 }, { currencyCode: 'USD', units: '1', nanos: 0 }),
      false,
    );
  });

  test('of two currencies does not add up', () => {
    const [euro, dollar] = [parseMoney({ currencyCode: 'EUR' }, 'f'), parseMoney({ currencyCode: 'USD' }, 'f')];
    assert.throws(() => addMoney(euro, dollar, 'f'), /EUR is not USD/);
  });

  const refused: readonly [string, Parameters<typeof parseMoney>[0], string][] = [
    ['no currency', { units: '1' }, 'm.currencyCode'],
    ['a currency in small letters', { currencyCode: 'eur' }, 'm.currencyCode'],
    ['a currency that is none', { currencyCode: 'ZZZ' }, 'm.currencyCode'],
    ['a currency of four letters', { currencyCode: 'EURO' }, 'm.currencyCode'],
    ['what is no money in the list of currencies', { currencyCode: 'XXX' }, 'm.currencyCode'],
    ['nanos of a whole unit', { currencyCode: 'EUR', nanos: 1_000_000_000 }, 'm.nanos'],
    ['nanos of less than a whole unit', { currencyCode: 'EUR', nanos: -1_000_000_000 }, 'm.nanos'],
    ['half a nano', { currencyCode: 'EUR', nanos: 0.5 }, 'm.nanos'],
    ['two signs', { currencyCode: 'EUR', units: '1', nanos: -1 }, 'm.nanos'],
    ['two signs the other way', { currencyCode: 'EUR', units: '-1', nanos: 1 }, 'm.nanos'],
    ['more units than an int64', { currencyCode: 'EUR', units: '9223372036854775808' }, 'm.units'],
    ['fewer units than an int64', { currencyCode: 'EUR', units: '-9223372036854775809' }, 'm.units'],
    ['units that are no number', { currencyCode: 'EUR', units: '1e3' }, 'm.units'],
    ['half a unit', { currencyCode: 'EUR', units: '0.5' }, 'm.units'],
    ['minus nothing', { currencyCode: 'EUR', units: '-0' }, 'm.units'],
  ];
  for (const [title, draft, field] of refused) {
    test(`refuses ${title}`, () => {
      assert.throws(
        () => parseMoney(draft, 'm'),
        (error: { facts?: { field?: string } }) => error.facts?.field === field,
      );
    });
  }
});

function sign(value: bigint): bigint {
  return value === 0n ? 0n : value < 0n ? -1n : 1n;
}
