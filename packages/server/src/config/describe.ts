import { configFileSetting, type Setting, settings } from './setting.ts';

const listed: readonly Setting[] = [...Object.values(settings), configFileSetting];

/** All settings for `claviger serve --help`. */
export function describeFlags(): string {
  const entries = listed.map(({ flag, env, fallback, doc, secret }) => {
    const warning = secret === true ? ' A secret: better not in the command line.' : '';
    return `  --${flag}\n      ${doc}${warning}\n      environment ${env}; default: ${fallback}`;
  });
  const head = 'Settings. A flag wins over the environment, the environment over the file that --config names.';
  return `${head}\n\n${entries.join('\n')}`;
}

/** The same as docs/config.md. */
export function describeSettings(): string {
  const rows = listed.map(({ flag, env, fallback, doc, secret }) => {
    const note = secret === true ? ' A secret: never shown or logged.' : '';
    return `| \`--${flag}\` | \`${env}\` | ${escapeCell(fallback)} | ${escapeCell(doc)}${note} |`;
  });
  return `# Settings

Each setting is a flag of \`claviger serve\`, a variable of the environment, and a member of the JSON file that
\`--config\` names (the flag without its hyphens in front). A flag wins over the environment, the environment over the
file. A setting that is wrong or contradicts another stops the start with a sentence.

Made from packages/server/src/config/setting.ts; a test fails when the two differ.

| Flag | Environment | Default | What it is |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
