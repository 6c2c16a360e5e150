import { asValue, integerOf, type Typed, textOf, Unpushed } from './typed.ts';

/** Places and lengths in PostgreSQL are of 31 bits. */
const placeBits = 31;
const textBits = 30;

type Print = (values: readonly Typed[]) => Typed;

/** Functions of SQLite that PostgreSQL has with the same meaning, for arguments of these types. */
const functions: Readonly<Record<string, Print>> = {
  lower: texts(1, (text) => textOf(`lower(${text})`)),
  upper: texts(1, (text) => textOf(`upper(${text})`)),
  length: texts(1, (text) => integerOf(`length(${text})::bigint`, textBits, 0)),
  instr: texts(2, (text, part) => integerOf(`strpos(${text}, ${part})::bigint`, textBits, 0)),
  replace: texts(3, (text, from, to) => textOf(`replace(${text}, ${from}, ${to})`)),
  trim: texts(1, (text) => textOf(`btrim(${text}, ' ')`)),
  ltrim: texts(1, (text) => textOf(`ltrim(${text}, ' ')`)),
  rtrim: texts(1, (text) => textOf(`rtrim(${text}, ' ')`)),
  substr: printPart,
  substring: printPart,
  coalesce: printFirst,
  ifnull: printFirst,
};

/** @throws Unpushed */
export function printFunction(name: string, values: readonly Typed[]): Typed {
  const print = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (print === undefined) throw new Unpushed(`${name} is not known to mean the same`);
  return print(values);
}

function texts(count: number, print: (...texts: string[]) => Typed): Print {
  return (values) => {
    if (values.length !== count || values.some(({ type }) => type !== 'text')) throw new Unpushed('texts are expected');
    return print(...values.map(({ text }) => text));
  };
}

/** SQLite counts from the end where the start is negative, and backwards where the length is: told only where it can't be. */
function printPart(given: readonly Typed[]): Typed {
  const [text, start, length] = given.map(asValue);
  if (text?.type !== 'text' || start?.type !== 'integer') throw new Unpushed('a text and a place are expected');
  if (start.bits > placeBits || (start.least ?? 0) < 1) throw new Unpushed('the start may be before the text');
  const from = `(${start.text})::int`;
  if (length === undefined) return textOf(`substr(${text.text}, ${from})`);
  if (length.type !== 'integer' || length.bits > placeBits) throw new Unpushed('a length is expected');
  const many = `(${length.text})::int`;
  if ((length.least ?? -1) >= 0) return textOf(`substr(${text.text}, ${from}, ${many})`);
  const back = `least(-${many}, ${from} - 1)`;
  const backwards = `substr(${text.text}, ${from} - ${back}, ${back})`;
  return textOf(
    `(case when ${many} >= 0 then substr(${text.text}, ${from}, ${many}) when ${many} < 0 then ${backwards} end)`,
  );
}

/** The first that is not null: of one type, or it would depend on the row. */
function printFirst(values: readonly Typed[]): Typed {
  if (values.length < 2) throw new Unpushed('more values are expected');
  return { ...unite(values), text: `coalesce(${values.map((value) => asValue(value).text).join(', ')})` };
}

/** What values of one type are together; null is of any. The text is that of none of them. */
export function unite(values: readonly Typed[]): Typed {
  const known = values.map(asValue).filter(({ type }) => type !== 'null');
  const [first] = known;
  if (first === undefined || known.some(({ type }) => type !== first.type)) throw new Unpushed('types differ');
  const leasts = known.map(({ least }) => least);
  return {
    text: '',
    type: first.type,
    bits: Math.max(...known.map(({ bits }) => bits)),
    least: leasts.includes(undefined) ? undefined : Math.min(...leasts.map(Number)),
  };
}

/** SQLite's aggregates; of these arguments PostgreSQL makes the same. @throws Unpushed */
export function printAggregate(name: string, argument: Typed | undefined, distinct: boolean): Typed {
  const each = distinct ? 'distinct ' : '';
  if (name === 'count') {
    const counted = argument === undefined ? '*' : `${each}${argument.text}`;
    return { ...integerOf(`count(${counted})`, 48, 0), aggregate: true };
  }
  if (name === 'json_group_array') {
    if (argument?.type !== 'text' || argument.present !== true || distinct) throw new Unpushed('texts are expected');
    const list = `string_agg(to_json(${argument.text})::text, ',')`;
    return { ...textOf(`coalesce('[' || ${list} || ']', '[]') collate "C"`), aggregate: true };
  }
  if (argument === undefined || argument.type === 'null') throw new Unpushed('an argument is expected');
  const value = asValue(argument);
  if (name === 'min' || name === 'max')
    return { ...value, text: `${name}(${value.text})`, present: false, aggregate: true };
  if (value.type !== 'integer' || distinct) throw new Unpushed('integers are expected');
  // Beyond 63 bits PostgreSQL fails here, and SQLite is asked: it tells so itself.
  const sum = `sum(${value.text})::bigint`;
  if (name === 'sum') return { ...integerOf(sum, 63), aggregate: true };
  const mean = `(${sum}::float8 / count(${value.text})::float8)`;
  return { text: mean, type: 'real', bits: 0, aggregate: true };
}

const aggregates: ReadonlySet<string> = new Set(['count', 'sum', 'avg', 'min', 'max', 'json_group_array']);

/** `min` and `max` of several values are functions of a row. */
export function isAggregate(name: string, values: number): boolean {
  return aggregates.has(name) && values < 2;
}
