import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command, Input } from './command.ts';
import { CommandRefusal, UsageError } from './failure.ts';
import { describeFileError } from './whole-file.ts';
import type { World } from './world.ts';

const urlDefault = 'http://127.0.0.1:8080';
/** What a registry's file may be called: beneath the directory, and nowhere else. */
const plainPath = /^src(?:\/(?!\.)[\w.-]+)+$/;

async function fetchFrom(url: URL): Promise<Response> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new CommandRefusal(`${url.origin} can't be reached`, { cause });
  });
  if (!response.ok)
    throw new CommandRefusal(`${url} was answered with ${response.status}: is that a plane of Claviger?`);
  return response;
}

async function writeRegistry(from: string, directory: string): Promise<number> {
  const root = new URL(`${from.replace(/\/$/, '')}/stackql/`);
  const { files } = (await (await fetchFrom(new URL('files.json', root))).json()) as { readonly files: string[] };
  for (const file of files) {
    if (!plainPath.test(file)) throw new CommandRefusal(`${root} names a file "${file}", which is none of a registry`);
    const text = await (await fetchFrom(new URL(file, root))).text();
    const path = join(directory, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return files.length;
}

function describeUse(directory: string): string {
  const registry = JSON.stringify({
    url: `file://${directory}`,
    localDocRoot: directory,
    verifyConfig: { nopVerify: true },
  });
  return `With StackQL, signed in by the account that STACKQL_USER and STACKQL_PASSWORD name:

  stackql shell --registry='${registry}' \\
    --auth='{"google":{"type":"basic","username_var":"STACKQL_USER","password_var":"STACKQL_PASSWORD"}}'

  SELECT email, status FROM google.apigee.developers WHERE organizationsId = 'myorg' AND expand = 'true';
`;
}

async function run({ operands: [directory = ''], options }: Input, { environment }: World): Promise<void> {
  const url = options['url'] ?? environment['CLAVIGER_URL'] ?? urlDefault;
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`"${url}" is no http or https URL`);
  const path = resolve(directory);
  const count = await writeRegistry(url, path).catch((error: unknown) => {
    throw describeFileError(error, path);
  });
  process.stdout.write(`${count} files are in ${path}\n\n${describeUse(path)}`);
}

export const stackqlCommands: readonly Command[] = [
  {
    words: ['stackql', 'registry'],
    operands: ['DIR'],
    summary: 'Write the documents by which StackQL knows a plane',
    example: 'claviger stackql registry ./registry --url http://127.0.0.1:8080',
    options: { url: { value: 'URL', doc: `The plane (CLAVIGER_URL, ${urlDefault}). It tells them to anybody.` } },
    run,
  },
];
