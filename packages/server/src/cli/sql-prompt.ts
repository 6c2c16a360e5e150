import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { isComplete } from '../language/script.ts';
import type { NativeClient } from './client.ts';
import { CommandRefusal } from './failure.ts';
import { completeSql, readVocabulary, type Vocabulary } from './sql-completion.ts';
import type { SqlConversation } from './sql-conversation.ts';
import { parseFormat, type SqlOutputOptions } from './sql-output.ts';
import { runScript } from './sql-run.ts';
import { tell } from './terminal.ts';

export interface PromptParts {
  readonly client: NativeClient;
  readonly conversation: SqlConversation;
  readonly options: SqlOutputOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const prompt = 'claviger> ';
const continuation = '     ...> ';
const historyLinesMax = 1000;

const help = `A statement ends with a semicolon, on as many lines as it likes. Tab completes resources and columns.
  \\d            resources            \\d NAME       columns of one
  \\o FORMAT     table, json, jsonl, csv, text
  \\q            leave (also exit, Ctrl-D); Ctrl-C ends a statement that runs
`;

/** Asks at a terminal until its user leaves. What fails is told, and the next statement is asked for. */
export async function runPrompt(parts: PromptParts): Promise<void> {
  const file = placeHistory(parts.environment);
  const vocabulary = await readVocabulary(parts.client);
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt,
    history: await readHistory(file),
    historySize: historyLinesMax,
    removeHistoryDuplicates: true,
    completer: (line: string) => completeSql(line, vocabulary),
  });
  tell('Claviger SQL. \\? helps, \\q leaves.');
  try {
    await new Prompt(parts, { lines, file, vocabulary }).run();
  } finally {
    lines.close();
  }
}

interface Desk {
  readonly lines: Interface;
  readonly file: string;
  readonly vocabulary: Vocabulary;
}

class Prompt {
  readonly #parts: PromptParts;
  readonly #desk: Desk;
  #options: SqlOutputOptions;
  #typed = '';
  #isRunning = false;

  constructor(parts: PromptParts, desk: Desk) {
    this.#parts = parts;
    this.#desk = desk;
    this.#options = parts.options;
  }

  async run(): Promise<void> {
    const { lines } = this.#desk;
    lines.on('SIGINT', () => this.#interrupt());
    lines.prompt();
    for await (const line of lines) {
      if (this.#typed === '' && /^\s*(?:\\q|exit|quit)\s*;?\s*$/i.test(line)) return;
      this.#isRunning = true;
      await this.#take(line);
      this.#isRunning = false;
      lines.setPrompt(this.#typed === '' ? prompt : continuation);
      lines.prompt();
    }
  }

  #interrupt(): void {
    if (this.#isRunning) {
      tell('\nended; settings and views of the session are gone with it');
      this.#parts.conversation.interrupt();
      return;
    }
    const { lines } = this.#desk;
    this.#typed = '';
    // Of the line too: from its end to its beginning.
    lines.write('', { ctrl: true, name: 'e' });
    lines.write('', { ctrl: true, name: 'u' });
    process.stdout.write('\n');
    lines.setPrompt(prompt);
    lines.prompt();
  }

  async #take(line: string): Promise<void> {
    if (this.#typed === '' && line.trimStart().startsWith('\\')) return this.#takeCommand(line.trim());
    const text = this.#typed === '' ? line : `${this.#typed}\n${line}`;
    this.#typed = text.trim() === '' ? '' : text;
    if (this.#typed === '' || !isComplete(this.#typed)) return undefined;
    this.#typed = '';
    await keepHistory(this.#desk.file, text);
    return this.#ask(text);
  }

  async #takeCommand(line: string): Promise<void> {
    const [command, operand] = line.split(/\s+/, 2);
    if (command === '\\d' && operand === undefined) return this.#ask('SHOW RESOURCES IN google.apigee');
    if (command === '\\d') return this.#ask(`DESCRIBE ${operand}`);
    if (command === '\\o' && operand !== undefined) {
      try {
        this.#options = { ...this.#options, format: parseFormat(operand) };
      } catch (error) {
        tell((error as Error).message);
      }
      return undefined;
    }
    process.stdout.write(help);
    return undefined;
  }

  async #ask(text: string): Promise<void> {
    try {
      await runScript(this.#parts.conversation, text, this.#options);
    } catch (error) {
      // The plane may be back for the next one.
      if (!(error instanceof CommandRefusal)) throw error;
      tell(`claviger: ${error.message}`);
    }
  }
}

function placeHistory(environment: PromptParts['environment']): string {
  const state = environment['XDG_STATE_HOME'] || join(environment['HOME'] ?? homedir(), '.local', 'state');
  return join(state, 'claviger', 'sql-history');
}

/** The newest first, as readline has it. */
async function readHistory(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-historyLinesMax)
    .reverse();
}

/** A machine where it can't be kept is no reason not to ask. Secrets are left out of it. */
async function keepHistory(file: string, text: string): Promise<void> {
  if (/consumer_?(?:key|secret)|password|@@json/i.test(text)) return;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, `${text.replaceAll(/\s*\n\s*/g, ' ').trim()}\n`, { mode: 0o600 });
  } catch {
    // Said nowhere: it would come with every statement.
  }
}
