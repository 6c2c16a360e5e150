import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderTable } from './errors-page.ts';

const source = 'packages/server/src/config/setting.ts';
const verifierSource = 'packages/server/src/config/verifier-setting.ts';

const verifierHead = `## Of a sidecar

The same of \`claviger verifier\` ([verifier.md](verifier.md)), from [its table](../${verifierSource}).`;

interface Setting {
  readonly flag: string;
  readonly env: string;
  /** The default, or words for what stands in its place. */
  readonly fallback: string;
  readonly doc: string;
  readonly secret?: boolean | undefined;
}

/**
 * The tables of every setting; undefined for as long as the server has none.
 * @throws where a table is of another shape
 */
export async function renderConfigPage(root: string): Promise<string | undefined> {
  if (!existsSync(join(root, source))) return undefined;
  const server = await readTable(root, source, ['settings', 'configFileSetting']);
  const names = ['verifierSettings', 'verifierFileSetting'] as const;
  const verifier = existsSync(join(root, verifierSource)) ? await readTable(root, verifierSource, names) : undefined;
  return `# Settings

Each setting is a flag of \`claviger serve\`, a variable of the environment, and a member of the JSON file that \`--config\`
names (the flag without its hyphens in front). A setting that is wrong or contradicts another stops the start with a
sentence.

This page is generated from [the server's own table](../${source}) by \`npm run docs\`; \`npm run check\` fails when it
differs from the code.

${server}${verifier === undefined ? '' : `\n${verifierHead}\n\n${verifier}`}`;
}

/** The rows of a module's table and of the setting that names a file with settings. */
async function readTable(root: string, path: string, [table, file]: readonly [string, string]): Promise<string> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, path)).href);
  const listed: readonly unknown[] = [...Object.values(module[table] ?? {}), module[file]];
  if (listed.length < 2 || !listed.every(isSetting)) {
    throw new Error(`${path} does not export ${table} and ${file}, each {flag, env, fallback, doc}`);
  }
  const rows = listed.map(({ flag, env, fallback, doc, secret }) => [
    `\`--${flag}\``,
    `\`${env}\``,
    fallback,
    doc.replaceAll(/\s+/g, ' ') + (secret === true ? ' A secret: never shown or logged.' : ''),
  ]);
  return renderTable([['Flag', 'Environment', 'Default', 'What it is'], ...rows]);
}

function isSetting(value: unknown): value is Setting {
  if (typeof value !== 'object' || value === null) return false;
  const { flag, env, fallback, doc } = value as Partial<Record<string, unknown>>;
  return [flag, env, fallback, doc].every((member) => typeof member === 'string');
}
