import { createReadStream } from 'node:fs';
import { ArchiveWatch } from './archive-watch.ts';
import type { NativeClient } from './client.ts';
import type { Command } from './command.ts';
import { definePlaneCommand } from './connect.ts';
import { CommandRefusal } from './failure.ts';
import { Progress } from './progress.ts';
import { confirm, printJson, tell } from './terminal.ts';
import { describeFileError, type Sink, writeToOutput, writeWholeFile } from './whole-file.ts';

/** @returns the number of rows */
async function download(client: NativeClient, sink: Sink): Promise<number> {
  const watch = new ArchiveWatch();
  const progress = new Progress('backup');
  try {
    for await (const chunk of (await client.download('/backup')) as AsyncIterable<Buffer>) {
      watch.push(chunk);
      await sink(chunk);
      progress.update(watch.rows, watch.total);
    }
  } catch (cause) {
    if (cause instanceof CommandRefusal) throw cause;
    throw new CommandRefusal(`The backup broke off (${(cause as Error).message})`, { cause });
  } finally {
    progress.end();
  }
  return watch.finish();
}

function downloadTo(client: NativeClient, file: string): Promise<number> {
  return writeWholeFile(file, (sink) => download(client, sink));
}

const backup = definePlaneCommand(
  {
    words: ['backup'],
    operands: ['FILE'],
    summary: 'Write all of a plane into a file, as of one moment; - is standard output',
    example: 'claviger backup claviger-2026-01-31.ndjson',
    note: () =>
      'The file holds password hashes, and keys and secrets that are sealed: keep it like the store. The master key,\n' +
      'without which it is worth nothing, is not in it; keep that elsewhere.\n' +
      'Beside a running server the backup goes through the server, and holds up no writer.',
  },
  async (client, { operands: [file = '-'], options }) => {
    const rows = file === '-' ? await download(client, writeToOutput) : await downloadTo(client, file);
    if (file !== '-' && options['json'] !== undefined) printJson({ file, rows });
    else tell(`${rows} rows are in ${file === '-' ? 'the archive' : file}.`);
  },
);

async function* watchUpload(source: AsyncIterable<Buffer>, file: string): AsyncIterable<Buffer> {
  const watch = new ArchiveWatch();
  const progress = new Progress('restore');
  try {
    for await (const chunk of source) {
      watch.push(chunk);
      progress.update(watch.rows, watch.total);
      yield chunk;
    }
  } catch (error) {
    throw describeFileError(error, file);
  } finally {
    progress.end();
  }
}

function explainReplace(error: unknown): unknown {
  if (!(error instanceof CommandRefusal) || error.field !== 'replace') return error;
  return new CommandRefusal(
    'This plane holds organizations or accounts, which a restore removes: add --replace to do so',
  );
}

const restore = definePlaneCommand(
  {
    words: ['restore'],
    operands: ['FILE'],
    summary: 'Replace all of a plane by a backup; - is standard input',
    example: 'claviger restore claviger-2026-01-31.ndjson --data ./new-data --master-key-file ./old-master.key',
    options: {
      replace: { doc: 'What the plane holds now may be lost. Without it only an empty plane is restored.' },
      yes: { doc: 'Do not ask.' },
    },
    note: () =>
      'The plane has to have the master key of the one that was backed up, as its own or as a previous one.\n' +
      'All or nothing: an archive that is cut off changes nothing. Passwords are those of the backup, sessions end,\n' +
      'and whoever follows the feed of changes starts over. With --url, sending may take 30 seconds.',
  },
  async (client, input) => {
    const [file = '-'] = input.operands;
    const replace = input.options['replace'] !== undefined;
    if (replace) await confirm(input, 'All that the plane holds now will be removed.');
    const source = file === '-' ? process.stdin : createReadStream(file);
    const query = { replace: String(replace) };
    const { rows } = await client
      .upload<{ rows: string }>('/restore', query, watchUpload(source, file))
      .catch((error: unknown) => Promise.reject(explainReplace(error)));
    if (input.options['json'] !== undefined) printJson({ rows: Number(rows) });
    else tell(`${rows} rows are restored.`);
  },
);

export const archiveCommands: readonly Command[] = [backup, restore];
