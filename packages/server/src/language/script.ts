import { scanTokens, type Token } from './token.ts';

/** One statement of a script. */
export interface ScriptPart {
  /** Without its semicolon, and without comments before and after it. */
  readonly text: string;
  /** Where it begins in the script, in UTF-16 units from 0. */
  readonly position: number;
}

/**
 * Cuts a script at its semicolons: not at those in strings, quoted names, comments and hints. Empty statements are left
 * out. What can't be read is the last statement, to its end.
 */
export function splitScript(script: string): ScriptPart[] {
  const { tokens, problem } = scanTokens(script);
  const parts: ScriptPart[] = [];
  let open: Token | undefined;
  let last: Token | undefined;
  const close = (end: number) => {
    if (open !== undefined) parts.push({ text: script.slice(open.start, end), position: open.start });
    open = undefined;
  };
  for (const token of tokens) {
    if (isSemicolon(token)) {
      close(last?.end ?? token.start);
    } else {
      open ??= token;
    }
    last = token;
  }
  if (problem === undefined) close(last?.end ?? script.length);
  else parts.push(cutUnread(script, open?.start ?? problem.position));
  return parts;
}

function cutUnread(script: string, from: number): ScriptPart {
  return { text: script.slice(from), position: from };
}

/** Whether a prompt has enough to begin with: something, and a semicolon at its end. What no more text mends is enough. */
export function isComplete(script: string): boolean {
  const { tokens, problem } = scanTokens(script);
  if (problem !== undefined) return !problem.unfinished;
  const last = tokens.at(-1);
  return last !== undefined && isSemicolon(last);
}

function isSemicolon({ kind, text }: Token): boolean {
  return kind === 'operator' && text === ';';
}
