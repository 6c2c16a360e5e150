import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { ExportWatch, ImportWatch } from './bulk-watch.ts';
import type { NativeClient } from './client.ts';
import type { Command, Input } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { organizationOption, readOrganization } from './environment.ts';
import { CommandRefusal, UsageError } from './failure.ts';
import { pathOfOrganization } from './organization.ts';
import { Progress } from './progress.ts';
import { encodeSource } from './source/line.ts';
import { openSource, sourceOptions } from './source/option.ts';
import { printJson, tell } from './terminal.ts';
import { describeFileError, type Sink, writeToOutput, writeWholeFile } from './whole-file.ts';

function pathOf(input: Input, what: 'export' | 'import'): string {
  return `${pathOfOrganization(readOrganization(input))}/${what}`;
}

function isZipped(file: string): boolean {
  return file.endsWith('.gz');
}

async function download(answer: Readable, sink: Sink): Promise<number> {
  const watch = new ExportWatch();
  const progress = new Progress('export');
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      watch.push(chunk);
      await sink(chunk);
      progress.count(watch.records);
    }
  } catch (cause) {
    if (cause instanceof CommandRefusal || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw new CommandRefusal(`The export broke off (${(cause as Error).message})`, { cause });
  } finally {
    progress.end();
  }
  return watch.finish();
}

async function downloadZipped(answer: Readable, sink: Sink): Promise<number> {
  const zip = createGzip();
  const written = (async () => {
    for await (const chunk of zip as AsyncIterable<Buffer>) await sink(chunk);
  })();
  written.catch(() => zip.destroy());
  const records = await download(answer, (chunk) => writeTo(zip, chunk));
  zip.end();
  await written;
  return records;
}

async function writeTo(stream: NodeJS.WritableStream, chunk: Uint8Array): Promise<void> {
  if (!stream.write(chunk)) {
    await new Promise((proceed) => stream.once('drain', proceed).once('close', proceed));
  }
}

const exportCommand = definePlaneCommand(
  {
    words: ['export'],
    operands: ['FILE'],
    summary:
      'Write developers, companies, products, apps and keys of an organization into a file; - is standard output',
    example: 'claviger export acme.ndjson.gz --org acme',
    options: {
      ...organizationOption,
      kinds: { value: 'KINDS', doc: 'Some of apiProduct,ratePlan,developer,company,app,credential; all by default.' },
      'without-secrets': { doc: 'Leave out consumer keys and secrets. Such a file can not bring the keys back.' },
    },
    note: () =>
      'The file holds consumer keys and secrets as they are: keep it like a password. One ending in .gz is compressed.\n' +
      'Needs the right put on /export, which orgadmin has. docs/bulk.md tells the format.',
  },
  async (client, input) => {
    const [file = '-'] = input.operands;
    const { kinds, 'without-secrets': withoutSecrets } = input.options;
    const query = { kinds, secrets: String(withoutSecrets === undefined) };
    const answer = await client.download(pathOf(input, 'export'), query);
    const take = isZipped(file) ? downloadZipped : download;
    const records =
      file === '-' ? await download(answer, writeToOutput) : await writeWholeFile(file, (sink) => take(answer, sink));
    if (file !== '-' && input.options['json'] !== undefined) printJson({ file, records });
    else tell(`${records} records are in ${file === '-' ? 'the export' : file}.`);
  },
);

/** Reads a file from its beginning, and tells how much of it has gone. */
async function* readFile(file: string, watch: ImportWatch): AsyncIterable<Uint8Array> {
  try {
    // A stream whose file is not there fails as soon as it is made, whoever listens by then.
    if (file !== '-') watch.bytesTotal = (await stat(file)).size;
    const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
    const counted = countBytes(source, watch);
    yield* isZipped(file) ? unzip(counted) : counted;
  } catch (error) {
    throw describeFileError(error, file);
  }
}

async function* countBytes(source: AsyncIterable<Uint8Array>, watch: ImportWatch): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    watch.bytesSent += chunk.length;
    yield chunk;
  }
}

async function* unzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  const fed = (async () => {
    for await (const chunk of source) await writeTo(gunzip, chunk);
    gunzip.end();
  })();
  fed.catch((error: Error) => gunzip.destroy(error));
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new CommandRefusal(`The file can't be unpacked (${(cause as Error).message})`, { cause });
  }
  await fed;
}

/** Sends lines and follows what becomes of them. @throws CommandRefusal where not all went well */
async function sendImport(
  client: NativeClient,
  input: Input,
  { watch, chunks }: { readonly watch: ImportWatch; readonly chunks: AsyncIterable<Uint8Array> },
): Promise<void> {
  const { options } = input;
  const query = {
    dryRun: String(options['dry-run'] !== undefined),
    strict: String(options['strict'] !== undefined),
    onConflict: options['on-conflict'],
    unknownProducts: options['unknown-products'],
  };
  let failure: unknown;
  const watched = keepFailure(chunks, (error) => {
    failure = error;
  });
  try {
    const answer = await client.converse(pathOf(input, 'import'), query, watched);
    for await (const chunk of answer as AsyncIterable<Buffer>) await watch.push(chunk);
  } catch (cause) {
    if (failure !== undefined) throw failure;
    if (cause instanceof CommandRefusal) throw cause;
    const again = 'what was done stays; run it again, and it goes on from there';
    throw new CommandRefusal(`The import broke off (${(cause as Error).message}): ${again}`, { cause });
  } finally {
    watch.end();
  }
  watch.finish(options['json'] !== undefined);
}

/** A file that can't be read on is to be told of, and not the connection that breaks off with it. */
async function* keepFailure(
  chunks: AsyncIterable<Uint8Array>,
  keep: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    keep(error);
    throw error;
  }
}

const importCommand = definePlaneCommand(
  {
    words: ['import'],
    operands: [],
    optionalOperands: ['FILE'],
    summary: 'Bring an export, CSV files or a live Apigee into an organization; - is standard input',
    example:
      'claviger import acme.ndjson.gz --org acme --dry-run\n' +
      '  claviger import --org acme --from https://api.enterprise.apigee.com/v1 --from-user ann@example.com\n' +
      '  claviger import --org acme --csv-developers devs.csv --csv-apps apps.csv',
    options: {
      ...organizationOption,
      'dry-run': { doc: 'Change nothing, and list what would change.' },
      'on-conflict': { value: 'WAY', doc: 'What is there and differs: update it (default), skip it, or fail.' },
      'unknown-products': {
        value: 'WAY',
        doc: 'A key that names a product that is not there: refuse (default) or keep.',
      },
      strict: { doc: 'End at the first record that is refused.' },
      ...sourceOptions,
    },
    note: () =>
      'Never makes a key. What is there already and the same stays as it is: after a break, run it again.\n' +
      'Prints what was refused, one JSON value a line, and a summary; ends with 1 where anything was, or the file was cut.\n' +
      'Needs the right put on /import, which orgadmin has. docs/bulk.md tells the format.',
  },
  async (client, input, { environment }) => {
    const [file] = input.operands;
    const watch = new ImportWatch();
    const source = await openSource(input, environment);
    if (source === undefined && file === undefined) throw new UsageError('Name a FILE, --from or a CSV file to import');
    if (source !== undefined && file !== undefined)
      throw new UsageError(`${source.title} and ${file}: name one of them`);
    const chunks = source === undefined ? readFile(file ?? '-', watch) : encodeSource(source);
    await sendImport(client, input, { watch, chunks });
  },
);

export const bulkCommands: readonly Command[] = [exportCommand, importCommand];
