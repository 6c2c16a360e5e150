import { configFileSetting, type Setting, settings } from './setting.ts';
import { verifierFileSetting, verifierSettings } from './verifier-setting.ts';

/** All settings for `claviger serve --help`. docs/config.md is made from the same lists, by tools/config-page.ts. */
export function describeFlags(): string {
  return describeSettings([...Object.values(settings), configFileSetting]);
}

/** The same for `claviger verifier --help`. */
export function describeVerifierFlags(): string {
  return describeSettings([...Object.values(verifierSettings), verifierFileSetting]);
}

function describeSettings(listed: readonly Setting[]): string {
  const entries = listed.map(({ flag, env, fallback, doc, secret }) => {
    const warning = secret === true ? ' A secret: better not in the command line.' : '';
    return `  --${flag}\n      ${doc}${warning}\n      environment ${env}; default: ${fallback}`;
  });
  const head = 'Settings. A flag wins over the environment, the environment over the file that --config names.';
  return `${head}\n\n${entries.join('\n')}`;
}
