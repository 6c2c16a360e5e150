import { parseArgs } from 'node:util';
import type { Command, Input, OptionRule } from './command.ts';
import { UsageError } from './failure.ts';

/** What a command line asks for. */
export type Asked =
  | { readonly kind: 'run'; readonly input: Input }
  | { readonly kind: 'help'; readonly commands: readonly Command[] }
  | { readonly kind: 'version' };

/** @throws UsageError */
export function parseCommandLine(commands: readonly Command[], argv: readonly string[]): Asked {
  const firstFlag = argv.findIndex((argument) => argument.startsWith('-'));
  const words = firstFlag < 0 ? argv : argv.slice(0, firstFlag);
  const wantsHelp = argv.includes('--help') || argv.includes('-h');
  const command = commands.find((each) => each.words.every((word, at) => word === words[at]));
  if (command !== undefined) {
    if (wantsHelp) return { kind: 'help', commands: [command] };
    return { kind: 'run', input: parseInput(command, argv.slice(command.words.length)) };
  }
  if (words.length > 0) return findGroup(commands, words, wantsHelp);
  if (argv.includes('--version') || argv.includes('-v')) return { kind: 'version' };
  if (wantsHelp || argv.length === 0) return { kind: 'help', commands };
  throw new UsageError(`A command is missing before ${argv[0]}: "claviger --help" lists them`);
}

/** `claviger org`: its commands. */
function findGroup(commands: readonly Command[], words: readonly string[], wantsHelp: boolean): Asked {
  const group = commands.filter((each) => each.words[0] === words[0]);
  const known = group.length > 0;
  if (known && (wantsHelp || words.length === 1)) return { kind: 'help', commands: group };
  const typed = words.slice(0, known ? 2 : 1).join(' ');
  throw new UsageError(`There is no command "${typed}": "claviger ${known ? `${words[0]} ` : ''}--help" lists them`);
}

function parseInput(command: Command, args: string[]): Input {
  const { values, positionals, tokens } = parseFlags(command.options, args);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (seen.has(token.name)) throw new UsageError(`--${token.name} is given twice`);
    seen.add(token.name);
  }
  const name = `claviger ${command.words.join(' ')}`;
  const missing = command.operands[positionals.length];
  if (missing !== undefined) throw new UsageError(`"${name}" needs ${missing}: "${name} --help" shows an example`);
  const extra = positionals[command.operands.length + (command.optionalOperands ?? []).length];
  if (extra !== undefined) throw new UsageError(`"${name}" does not take "${extra}"`);
  const options = Object.entries(values).map(([key, value]) => [key, value === true ? '' : value] as const);
  return { command, operands: positionals, options: Object.fromEntries(options) };
}

interface Flags {
  readonly values: Readonly<Record<string, string | true>>;
  readonly positionals: string[];
  readonly tokens: readonly { readonly kind: string; readonly name?: string }[];
}

function parseFlags(rules: Readonly<Record<string, OptionRule>>, args: string[]): Flags & { tokens: OptionToken[] } {
  const options = Object.fromEntries(
    Object.entries(rules).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) } as const,
    ]),
  );
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true, strict: true, tokens: true });
    return {
      values: parsed.values as Flags['values'],
      positionals: parsed.positionals,
      tokens: parsed.tokens.filter((token) => token.kind === 'option'),
    };
  } catch (error) {
    throw new UsageError(sayWhatIsWrong(error));
  }
}

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
}

/** Node's message is good up to the advice after its first sentence. */
function sayWhatIsWrong(error: unknown): string {
  const message = error instanceof Error ? error.message : 'The command line can not be read';
  return message.split(/\.\s|\n/, 1)[0] ?? message;
}
