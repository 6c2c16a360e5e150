import { SqlError, sqlStates } from '../../language/sql-error.ts';

// What values of settings that clients are told of may be, and how PostgreSQL spells them. Nothing here depends on them.

/** SQL_ASCII is what clients in the locale C say: bytes as they are. */
export function parseEncoding(value: string): string {
  const plain = value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (plain === 'UTF8' || plain === 'UNICODE') return 'UTF8';
  if (plain === 'SQLASCII') return 'SQL_ASCII';
  throw refuseValue('client_encoding', value, 'Text is UTF-8 here, and is not converted: set client_encoding to UTF8.');
}

export function parseOn(value: string): string {
  if (readSwitch(value) === true) return 'on';
  throw refuseValue('standard_conforming_strings', value, 'Strings are as the standard has them.');
}

export function parseSwitch(value: string): string {
  const on = readSwitch(value);
  if (on === undefined) throw refuseValue('default_transaction_read_only', value, 'It is on or off.');
  return on ? 'on' : 'off';
}

function readSwitch(value: string): boolean | undefined {
  const word = value.trim().toLowerCase();
  if (['on', 'true', 'yes', '1'].includes(word)) return true;
  return ['off', 'false', 'no', '0'].includes(word) ? false : undefined;
}

const applicationLengthMax = 63;

/** Printable ASCII, and no more than a name is long. */
export function nameApplication(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?').slice(0, applicationLengthMax);
}

const dateForms: Readonly<Record<string, string>> = { iso: 'ISO', sql: 'SQL', postgres: 'Postgres', german: 'German' };
const dateOrders: Readonly<Record<string, string>> = {
  mdy: 'MDY',
  us: 'MDY',
  noneuro: 'MDY',
  noneuropean: 'MDY',
  dmy: 'DMY',
  euro: 'DMY',
  european: 'DMY',
  ymd: 'YMD',
};

/** A form, an order or both; what is not named stays. */
export function parseDateStyle(value: string, before: string): string {
  let [form = 'ISO', order = 'MDY'] = before.split(', ');
  for (const word of value.toLowerCase().split(/[\s,]+/)) {
    if (Object.hasOwn(dateForms, word)) form = dateForms[word] ?? form;
    else if (Object.hasOwn(dateOrders, word)) order = dateOrders[word] ?? order;
    else if (word !== '') throw refuseValue('DateStyle', value, 'A form, as ISO, and an order, as MDY.');
  }
  return `${form}, ${order}`;
}

const intervalStyles: readonly string[] = ['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'];

export function parseIntervalStyle(value: string): string {
  const style = value.toLowerCase();
  if (intervalStyles.includes(style)) return style;
  throw refuseValue('IntervalStyle', value, `It is one of ${intervalStyles.join(', ')}.`);
}

export function parseZone(value: string): string {
  if (/^[A-Za-z0-9_+\-/:<>,.]{1,63}$/.test(value)) return value;
  throw refuseValue('TimeZone', value, 'The name of a zone, or how far it is from UTC.');
}

export function refuseValue(name: string, value: string, hint: string): SqlError {
  return new SqlError(sqlStates.invalidParameter, `invalid value for parameter "${name}": "${value.slice(0, 60)}"`, {
    hint,
  });
}
