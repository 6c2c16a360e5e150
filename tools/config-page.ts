import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderTable } from './errors-page.ts';

const source = 'packages/server/src/config/setting.ts';

interface Setting {
  readonly flag: string;
  readonly env: string;
  /** The default, or words for what stands in its place. */
  readonly fallback: string;
  readonly doc: string;
  readonly secret?: boolean | undefined;
}

/**
 * The table of every setting; undefined for as long as the server has none.
 * @throws where the server's table is of another shape
 */
export async function renderConfigPage(root: string): Promise<string | undefined> {
  if (!existsSync(join(root, source))) return undefined;
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, source)).href);
  const { settings, configFileSetting } = module;
  const listed: readonly unknown[] = [...Object.values(settings ?? {}), configFileSetting];
  if (listed.length < 2 || !listed.every(isSetting)) {
    throw new Error(`${source} does not export settings and configFileSetting, each {flag, env, fallback, doc}`);
  }
  const rows = listed.map(({ flag, env, fallback, doc, secret }) => [
    `\`--${flag}\``,
    `\`${env}\``,
    fallback,
    doc.replaceAll(/\s+/g, ' ') + (secret === true ? ' A secret: never shown or logged.' : ''),
  ]);
  return `# Settings

Each setting is a flag of \`claviger serve\`, a variable of the environment, and a member of the JSON file that \`--config\`
names (the flag without its hyphens in front). A setting that is wrong or contradicts another stops the start with a
sentence.

This page is generated from [the server's own table](../${source}) by \`npm run docs\`; \`npm run check\` fails when it
differs from the code.

${renderTable([['Flag', 'Environment', 'Default', 'What it is'], ...rows])}`;
}

function isSetting(value: unknown): value is Setting {
  if (typeof value !== 'object' || value === null) return false;
  const { flag, env, fallback, doc } = value as Partial<Record<string, unknown>>;
  return [flag, env, fallback, doc].every((member) => typeof member === 'string');
}
