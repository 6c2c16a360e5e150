import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import type { GetServer } from './every-store.ts';

/** One call and the answer that is expected of it, byte for byte but for what no run repeats. */
export interface ScriptStep {
  /** What it shows, from the `#` line. */
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly answer: string;
}

/**
 * Reads a file of calls: a `#` title; `>` lines with verb and path, headers, an empty one and the body; `<` lines with
 * the status and the media type; then the answer's body as it comes.
 */
export function readScript(file: URL): ScriptStep[] {
  const blocks = readFileSync(file, 'utf8').split(/^# /m).slice(1);
  return blocks.map(parseBlock);
}

function parseBlock(block: string): ScriptStep {
  const lines = block.split('\n');
  const [title = ''] = lines;
  const sent = lines.filter((line) => line.startsWith('>')).map((line) => line.slice(2));
  const received = lines.filter((line) => line.startsWith('< ')).map((line) => line.slice(2));
  const [method = '', path = ''] = (sent[0] ?? '').split(' ');
  const gap = sent.indexOf('', 1);
  const headers = sent.slice(1, gap < 0 ? undefined : gap).map((line) => line.split(': ', 2) as [string, string]);
  const answerFrom = lines.findLastIndex((line) => line.startsWith('< ')) + 1;
  return {
    title,
    method,
    path,
    headers: Object.fromEntries(headers),
    body: gap < 0 ? undefined : sent.slice(gap + 1).join('\n'),
    status: Number(received[0]),
    contentType: received[1],
    answer: lines.slice(answerFrom).join('\n').trimEnd(),
  };
}

/** What differs from run to run, by a name: ids, moments, request ids. */
export function maskVolatile(text: string): string {
  return text
    .replace(/("requestId": ")[^"]+/g, '$1<request>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\b1[0-9]{12}\b/g, '<ms>');
}

/** Makes a test of each step, in order. `{org}` in paths and answers stands for the organization. */
export function replayScript(file: URL, server: GetServer, organization: string): void {
  const fill = (text: string) => text.replaceAll('{org}', organization);
  for (const step of readScript(file)) {
    it(step.title, async () => {
      const answer = await server().request(step.method, fill(step.path), {
        headers: step.headers,
        body: step.body === undefined ? undefined : fill(step.body),
      });
      assert.equal(answer.status, step.status, answer.text);
      assert.equal(answer.headers.get('content-type') ?? undefined, step.contentType);
      assert.equal(maskVolatile(answer.text).trimEnd(), fill(step.answer));
    });
  }
}
