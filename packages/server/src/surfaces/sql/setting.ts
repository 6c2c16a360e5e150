import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { foldName } from '../../language/token.ts';

/** What PostgreSQL's clients are told of the server: the catalog (surfaces/sql/catalog) is of the same age. */
export const serverVersion = '15.0';

interface Setting {
  /** As PostgreSQL spells it. */
  readonly name: string;
  readonly initial: string;
  readonly description: string;
  /** Refuses what the setting can't be, and gives it as it is shown. */
  readonly parse?: (value: string) => string;
  readonly readOnly?: true;
}

/** What clients of PostgreSQL ask for and set. Where nothing is said of it, it is kept and shown, and changes nothing. */
const settings: readonly Setting[] = [
  { name: 'application_name', initial: '', description: 'Name of the client.' },
  { name: 'bytea_output', initial: 'hex', description: 'Form of bytes.' },
  { name: 'client_encoding', initial: 'UTF8', description: 'Encoding of text.', parse: parseEncoding },
  { name: 'client_min_messages', initial: 'notice', description: 'Least level of messages.' },
  { name: 'DateStyle', initial: 'ISO, MDY', description: 'Form of dates.' },
  { name: 'default_transaction_isolation', initial: 'read committed', description: 'Isolation of transactions.' },
  { name: 'default_transaction_read_only', initial: 'off', description: 'Whether transactions only read.' },
  { name: 'extra_float_digits', initial: '1', description: 'Digits of numbers.' },
  { name: 'idle_in_transaction_session_timeout', initial: '0', description: 'Longest rest in a transaction.' },
  { name: 'idle_session_timeout', initial: '0', description: 'Longest rest.' },
  { name: 'in_hot_standby', initial: 'off', description: 'Whether the server follows another.', readOnly: true },
  { name: 'integer_datetimes', initial: 'on', description: 'Times are integers.', readOnly: true },
  { name: 'IntervalStyle', initial: 'postgres', description: 'Form of lengths of time.' },
  { name: 'lock_timeout', initial: '0', description: 'Longest wait for a lock.', parse: parseDuration },
  { name: 'max_identifier_length', initial: '63', description: 'Longest name.', readOnly: true },
  { name: 'row_security', initial: 'on', description: 'Rows are shown by the rights of the account.' },
  { name: 'search_path', initial: 'public, apigee', description: 'Where names without a schema are looked for.' },
  { name: 'server_encoding', initial: 'UTF8', description: 'Encoding of text.', readOnly: true },
  { name: 'server_version', initial: serverVersion, description: 'Version that clients go by.', readOnly: true },
  { name: 'server_version_num', initial: '150000', description: 'The same as a number.', readOnly: true },
  { name: 'standard_conforming_strings', initial: 'on', description: 'Backslashes are no escapes.', parse: parseOn },
  {
    name: 'statement_timeout',
    initial: '0',
    description: 'Longest time of a statement; 0: as the server has it.',
    parse: parseDuration,
  },
  { name: 'synchronize_seqscans', initial: 'on', description: 'Order of rows.' },
  { name: 'TimeZone', initial: 'UTC', description: 'Zone of times: they are milliseconds since 1970 UTC.' },
  { name: 'transaction_isolation', initial: 'read committed', description: 'Isolation of this transaction.' },
  { name: 'transaction_read_only', initial: 'off', description: 'Whether this transaction only reads.' },
];

export interface ShownSetting {
  readonly name: string;
  readonly setting: string;
  readonly description: string;
}

/** The settings of one session. */
export class Settings {
  readonly #values = new Map<string, string>();

  /** @throws SqlError 42704 */
  read(name: string): ShownSetting {
    const setting = findSetting(name);
    return { name: setting.name, setting: this.#valueOf(setting), description: setting.description };
  }

  list(): ShownSetting[] {
    return settings.map(({ name }) => this.read(name));
  }

  /** @param value undefined: as it was at first. @throws SqlError 42704, 22023, 55P02 */
  change(name: string, value: string | undefined): void {
    const setting = findSetting(name);
    if (setting.readOnly) throw new SqlError('55P02', `parameter "${setting.name}" cannot be changed`);
    if (value === undefined) this.#values.delete(setting.name);
    else this.#values.set(setting.name, setting.parse?.(value) ?? value);
  }

  reset(): void {
    this.#values.clear();
  }

  /** Undefined: nothing was set. */
  get statementTimeoutMilliseconds(): number | undefined {
    const setting = this.#values.get('statement_timeout');
    const milliseconds = setting === undefined ? 0 : (readDuration(setting) ?? 0);
    return milliseconds === 0 ? undefined : milliseconds;
  }

  #valueOf({ name, initial }: Setting): string {
    return this.#values.get(name) ?? initial;
  }
}

function findSetting(name: string): Setting {
  const folded = foldName(name);
  const found = settings.find((each) => foldName(each.name) === folded);
  if (found !== undefined) return found;
  // Names with a dot are what extensions and applications keep for themselves.
  if (name.includes('.') && name.length <= 100)
    return { name: folded, initial: '', description: 'Kept for the client.' };
  throw new SqlError('42704', `unrecognized configuration parameter "${name}"`, { hint: 'SHOW ALL lists them.' });
}

function parseEncoding(value: string): string {
  const plain = value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (plain === 'UTF8' || plain === 'UNICODE') return 'UTF8';
  throw refuseValue('client_encoding', value, 'Text is UTF-8.');
}

function parseOn(value: string): string {
  if (['on', 'true', 'yes', '1'].includes(value.toLowerCase())) return 'on';
  throw refuseValue('standard_conforming_strings', value, 'Strings are as the standard has them.');
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function readDuration(value: string): number | undefined {
  const match = /^\s*(\d{1,12})\s*(us|ms|s|min|h|d)?\s*$/.exec(value);
  return match === null ? undefined : Math.ceil(Number(match[1]) * (unitMilliseconds[match[2] ?? 'ms'] ?? 1));
}

function parseDuration(value: string): string {
  if (readDuration(value) !== undefined) return value.trim();
  throw refuseValue(
    'statement_timeout',
    value,
    'A number, which counts milliseconds, or with a unit: ms, s, min, h, d.',
  );
}

function refuseValue(name: string, value: string, hint: string): SqlError {
  return new SqlError(sqlStates.invalidParameter, `invalid value for parameter "${name}": "${value.slice(0, 60)}"`, {
    hint,
  });
}
