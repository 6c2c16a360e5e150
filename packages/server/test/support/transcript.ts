import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { TestRequest, TestServer } from './server.ts';

/** A call of a transcript. */
export interface TranscriptCall extends TestRequest {
  readonly method: string;
  readonly path: string;
}

/** Headers that are part of the promise; the others are the transport's, or differ from call to call. */
const shownHeaders = ['content-type', 'allow', 'www-authenticate'];

/**
 * Makes the calls one after another and writes down what went over the wire, byte for byte but for what differs each
 * time: ids become `{id-1}`, `{id-2}` … in the order in which they are met, and times `{time}`. Paths may name an id
 * by its stand-in.
 */
export async function recordTranscript(server: TestServer, calls: readonly TranscriptCall[]): Promise<string> {
  const ids: string[] = [];
  const entries: string[] = [];
  for (const { method, path, ...request } of calls) {
    const target = path.replace(/\{id-(\d+)\}/g, (_all, number) => ids[Number(number) - 1] ?? 'unknown');
    const answer = await server.request(method, target, request);
    assert.match(answer.headers.get('x-request-id') ?? '', uuid);
    const headers = shownHeaders.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [`< ${name}: ${value}`];
    });
    const lines = [`> ${method} ${path}`, ...describeBody(request), `< ${answer.status}`, ...headers];
    entries.push([...lines, ...(answer.text === '' ? [] : [maskTexts(answer.text, ids)])].join('\n'));
  }
  return `${entries.join('\n\n')}\n`;
}

function describeBody({ json, xml, form, body, type, accept }: TestRequest): string[] {
  return [
    ...(accept === undefined ? [] : [`> accept: ${accept}`]),
    ...(type === undefined ? [] : [`> content-type: ${type}`]),
    ...(json === undefined ? [] : [`> ${JSON.stringify(json)}`]),
    ...(xml === undefined ? [] : [`> ${xml}`]),
    ...(form === undefined ? [] : [`> ${new URLSearchParams(form)}`]),
    ...(typeof body === 'string' ? [`> ${body}`] : []),
  ];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

function maskTexts(text: string, ids: string[]): string {
  return text
    .replace(new RegExp(uuid, 'g'), (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `{id-${ids.indexOf(id) + 1}}`;
    })
    .replace(/\b1[5-9]\d{11}\b/g, '{time}');
}

/**
 * Compares with the file beside the test. With `CLAVIGER_UPDATE_GOLDEN=1` it writes the file instead: read the
 * difference before committing it.
 */
export function assertGolden(file: URL, text: string): void {
  if (process.env['CLAVIGER_UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}
