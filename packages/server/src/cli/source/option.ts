import { readFileSync } from 'node:fs';
import type { BulkRecord } from '../../domain/bulk-record.ts';
import type { Input, OptionRule } from '../command.ts';
import { CommandRefusal, UsageError } from '../failure.ts';
import { askSecret, cleanCell, tell } from '../terminal.ts';
import type { SourceDialect } from './api.ts';
import { type CsvFiles, readCsv } from './csv.ts';
import { type CsvKindName, csvKinds } from './csv-kind.ts';
import { openWalk } from './walk.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const csvNames = Object.keys(csvKinds) as CsvKindName[];
const connectionsDefault = 4;
const connectionsMax = 64;
const retriesDefault = 8;
const retriesMax = 100;

/** Where an import may come from beside our own file. */
export const sourceOptions: Readonly<Record<string, OptionRule>> = {
  from: { value: 'URL', doc: 'Read a live Apigee-shaped API, Edge or X, up to and with /v1.' },
  'from-org': { value: 'ORG', doc: 'Its organization (the one of --org).' },
  'from-dialect': { value: 'edge|x', doc: 'Its dialect, where its organization does not tell.' },
  'from-user': {
    value: 'EMAIL',
    doc: 'Account there; the password from CLAVIGER_FROM_PASSWORD, a file, or asked for.',
  },
  'from-password-file': { value: 'FILE', doc: 'File that holds that password.' },
  'from-token-file': {
    value: 'FILE',
    doc: 'File that holds a token (CLAVIGER_FROM_TOKEN); it may be renewed meanwhile.',
  },
  'from-ca': { value: 'FILE', doc: 'Certificates (PEM) to trust there, in the place of the well-known ones.' },
  'from-plain': { doc: 'Let the password or token travel without TLS to another machine.' },
  'from-connections': { value: 'N', doc: `Requests under way there at a time (${connectionsDefault}).` },
  'from-retries': { value: 'N', doc: `Times to ask again where it is busy or breaks off (${retriesDefault}).` },
  ...Object.fromEntries(
    csvNames.map((name) => [`csv-${name}`, { value: 'FILE', doc: `Read ${name} from a CSV file.` }]),
  ),
};

/** A source that the options name, to be read once. */
export interface Source {
  /** For people: `https://api.enterprise.apigee.com/v1`. */
  readonly title: string;
  /** Its name there; of CSV files, none. */
  readonly organization: string;
  readonly dialect: SourceDialect;
  readonly records: AsyncIterable<BulkRecord>;
}

/**
 * The source that the options name; undefined: none, so that the import is from a file of ours.
 * @throws UsageError, CommandRefusal
 */
export async function openSource(input: Input, environment: Environment): Promise<Source | undefined> {
  const files: CsvFiles = Object.fromEntries(
    csvNames.flatMap((name) =>
      input.options[`csv-${name}`] === undefined ? [] : [[name, input.options[`csv-${name}`]]],
    ),
  );
  const csv = Object.values(files);
  const { from } = input.options;
  if (from === undefined) {
    const stray = Object.keys(input.options).find((name) => name.startsWith('from-'));
    if (stray !== undefined) throw new UsageError(`--${stray} goes with --from`);
    if (csv.length === 0) return undefined;
    return { title: csv.join(', '), organization: 'csv', dialect: 'edge', records: readCsv(files) };
  }
  if (csv.length > 0) throw new UsageError('--from and CSV files contradict each other: import them one after another');
  return openApi(input, environment, parseBase(from, input));
}

async function openApi({ options }: Input, environment: Environment, base: URL): Promise<Source> {
  const organization = options['from-org'] ?? options['org'];
  if (organization === undefined) throw new UsageError('--from needs --from-org ORG');
  // All that can be wrong with the command line is told before anybody is asked for a password.
  const settings = {
    base,
    organization,
    dialect: parseDialect(options['from-dialect']),
    ca: options['from-ca'] === undefined ? undefined : readFile(options['from-ca']),
    connections: parseCount(options['from-connections'], 'from-connections', [1, connectionsMax]) ?? connectionsDefault,
    retry: {
      retriesMax: parseCount(options['from-retries'], 'from-retries', [0, retriesMax]) ?? retriesDefault,
      onWait: (sentence: string) => tellBeside(`waiting: ${sentence}`),
    },
    warn: (sentence: string) => tellBeside(`warning: ${sentence}`),
  };
  const walk = await openWalk({ ...settings, authorization: await readAuthorization(options, environment) });
  return { title: `${base.origin}${base.pathname}`, organization, ...walk };
}

/** Over the progress that is being drawn. */
function tellBeside(sentence: string): void {
  tell(`${process.stderr.isTTY === true ? '\r' : ''}${cleanCell(sentence)}`);
}

/** @throws UsageError */
function parseBase(text: string, { options }: Input): URL {
  const base = URL.canParse(text) ? new URL(text) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) throw new UsageError('--from is no http or https URL');
  if (base.username !== '' || base.password !== '') {
    throw new UsageError(
      '--from holds a name or password: use --from-user, so that nobody sees it in the command line',
    );
  }
  const near = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname);
  if (base.protocol === 'http:' && !near && options['from-plain'] === undefined) {
    throw new UsageError('--from has no TLS: use https, or add --from-plain to let credentials travel for all to read');
  }
  return base;
}

/** @throws UsageError */
function parseDialect(text: string | undefined): SourceDialect | undefined {
  if (text === undefined || text === 'edge' || text === 'x') return text;
  throw new UsageError('--from-dialect takes edge or x');
}

/** @throws UsageError */
function parseCount(text: string | undefined, name: string, [min, max]: readonly [number, number]): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (count >= min && count <= max) return count;
  throw new UsageError(`--${name} takes a number from ${min} to ${max}`);
}

/** @throws UsageError, CommandRefusal */
async function readAuthorization(options: Input['options'], environment: Environment): Promise<() => string> {
  const user = options['from-user'];
  const tokenFile = options['from-token-file'];
  if (user !== undefined && tokenFile !== undefined) {
    throw new UsageError('--from-user and --from-token-file contradict each other');
  }
  if (user !== undefined) {
    const password = await readSourcePassword(user, options['from-password-file'], environment);
    const basic = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
    return () => basic;
  }
  // Read anew each time, since a token of Edge's or Google's lives shorter than a long walk.
  if (tokenFile !== undefined) return () => bearerOf(readSecretFile(tokenFile), tokenFile);
  const token = environment['CLAVIGER_FROM_TOKEN'] ?? '';
  if (token === '') throw new UsageError('--from needs --from-user, --from-token-file or CLAVIGER_FROM_TOKEN');
  const bearer = bearerOf(token, 'CLAVIGER_FROM_TOKEN');
  return () => bearer;
}

/** @throws CommandRefusal where no header takes it */
function bearerOf(token: string, place: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw new CommandRefusal(`${place} holds no token: it has characters that none has`);
}

async function readSourcePassword(user: string, file: string | undefined, environment: Environment): Promise<string> {
  if (file !== undefined) return readSecretFile(file);
  const given = environment['CLAVIGER_FROM_PASSWORD'] ?? '';
  return given === '' ? askSecret(`Password of ${user} at the source: `, passwordHint) : given;
}

const passwordHint = 'set CLAVIGER_FROM_PASSWORD, or name a file by --from-password-file';

/** @throws CommandRefusal */
function readSecretFile(file: string): string {
  const secret = readFile(file).replace(/\r?\n$/, '');
  if (secret !== '' && !/[\r\n]/.test(secret)) return secret;
  throw new CommandRefusal(`${file} has to hold one line`);
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandRefusal(`${file} can't be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
