import type { Command } from './command.ts';

/** Help on one command, or a list of several. */
export function formatHelp(commands: readonly Command[]): string {
  const [only, ...others] = commands;
  return only !== undefined && others.length === 0 ? formatOne(only) : formatList(commands);
}

function usageOf({ words, operands, optionalOperands = [] }: Command): string {
  return ['claviger', ...words, ...operands, ...optionalOperands.map((name) => `[${name}]`)].join(' ');
}

function formatList(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usageOf(command).length));
  const lines = commands.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.summary}`);
  return `Claviger, the developer, app and API-key plane.

${lines.join('\n')}

"--help" after a command tells its options, "claviger --version" the version. Commands reach the server that runs on
the data directory (--data, CLAVIGER_DATA), a plane elsewhere with --url, or open the store themselves.
`;
}

function formatOne(command: Command): string {
  const parts = [`${command.summary}.`, `Usage: ${usageOf(command)} [options]`, `Example:\n\n  ${command.example}`];
  const note = command.note?.();
  // Settings are told by the note, each under its three names.
  if (command.words[0] !== 'serve' && command.words[0] !== 'verifier')
    parts.push(`Options:\n\n${formatOptions(command)}`);
  if (note !== undefined) parts.push(note);
  return `${parts.join('\n\n')}\n`;
}

function formatOptions({ options }: Command): string {
  const flags = Object.entries(options).map(([name, { value, short, doc }]) => ({
    flag: `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    doc,
  }));
  const width = Math.max(...flags.map(({ flag }) => flag.length));
  return flags.map(({ flag, doc }) => `  ${flag.padEnd(width)}  ${doc}`).join('\n');
}
