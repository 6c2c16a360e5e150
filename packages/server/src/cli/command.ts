import type { World } from './world.ts';

export interface OptionRule {
  /** Absent: a switch without a value. In capitals, as help shows it. */
  readonly value?: string;
  /** One letter that stands for it after one dash. */
  readonly short?: string;
  readonly doc: string;
}

/** Values of options by name; a switch that is on is `''`. */
export type OptionValues = Readonly<Record<string, string | undefined>>;

/** One command line, parsed. */
export interface Input {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly options: OptionValues;
}

export interface Command {
  /** What is typed: `['org', 'create']`. */
  readonly words: readonly string[];
  /** Names of what follows, as help shows them. All are required. */
  readonly operands: readonly string[];
  /** What may follow these. */
  readonly optionalOperands?: readonly string[];
  readonly summary: string;
  /** Complete lines that work. */
  readonly example: string;
  readonly options: Readonly<Record<string, OptionRule>>;
  /** Said at the end of its help. */
  readonly note?: () => string;
  run(input: Input, world: World): Promise<void>;
}
