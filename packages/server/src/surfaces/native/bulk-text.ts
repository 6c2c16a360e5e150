import { isUtf8 } from 'node:buffer';
import { bulkLineBytesMax } from '../../domain/bulk-record.ts';
import { Problem } from '../../domain/problem.ts';
import type {
  ImportBreak,
  ImportLine,
  ImportOutcome,
  ImportStep,
  ImportSummary,
} from '../../operations/bulk-import.ts';
import type { Acknowledgement } from '../../ports/acknowledgement.ts';
import { readByteLines } from '../http/byte-line.ts';
import { formatApplied, formatUntil } from '../http/effect-header.ts';
import { describeNativeProblem } from '../http/native-problem.ts';

/**
 * Parts bytes into lines. Blank ones are passed over and counted; one that is too long is passed over to its end and
 * told of.
 */
export async function* readImportLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  for await (const { number, bytes } of readByteLines(chunks, bulkLineBytesMax)) {
    const line = { number, content: decode(bytes) };
    if (!isBlank(line)) yield line;
  }
}

function decode(bytes: Buffer | undefined): ImportLine['content'] {
  if (bytes === undefined) return { problem: refuse(`is longer than ${bulkLineBytesMax} bytes`) };
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { problem: refuse('is not UTF-8') };
}

function isBlank({ content }: ImportLine): boolean {
  return 'text' in content && content.text.trim() === '';
}

function refuse(reason: string): Problem {
  return new Problem('request.invalid', { field: 'line', reason });
}

/** Results as text: what was refused or left alone, in a dry run also what would change; progress; a summary. */
export async function* encodeSteps(
  steps: AsyncIterable<ImportStep>,
  { dryRun }: { readonly dryRun: boolean },
): AsyncGenerator<string> {
  for await (const { outcomes, line, summary } of steps) {
    let text = '';
    for (const outcome of outcomes)
      if (isListed(outcome, dryRun)) text += `${JSON.stringify(formatOutcome(outcome))}\n`;
    text += `${JSON.stringify(summary === undefined ? { progress: { line } } : formatSummary(summary, line, dryRun))}\n`;
    yield text;
  }
}

function isListed({ outcome }: ImportOutcome, dryRun: boolean): boolean {
  if (outcome === 'refused' || outcome === 'skip') return true;
  return dryRun && outcome !== 'unchanged';
}

function formatOutcome({ line, kind, name, outcome, problem }: ImportOutcome): object {
  const told = problem && describeNativeProblem(problem);
  return { line, kind: kind ?? null, name, outcome, ...(problem && { code: problem.code, why: told }) };
}

function formatSummary(
  { counts, newIds, broken, acknowledgement }: ImportSummary,
  line: number,
  dryRun: boolean,
): object {
  const why = broken && describeBreak(broken);
  const revocation = acknowledgement && formatAcknowledgement(acknowledgement);
  return { summary: { complete: broken === undefined, dryRun, line, counts, newIds, why, revocation } };
}

/** The headers of a single call, as members: the head of this answer went out before. */
function formatAcknowledgement({ sequence, verifiers }: Acknowledgement): object {
  if (verifiers === undefined) return { sequence: String(sequence), applied: 'unknown' };
  return {
    sequence: String(sequence),
    applied: formatApplied(verifiers),
    outstanding: verifiers.outstanding.map(({ id, name, until }) => ({ id, name, until: formatUntil(until) })),
  };
}

function describeBreak(broken: ImportBreak): string {
  switch (broken.reason) {
    case 'no-end':
      return 'The file ends before its end line: it was cut off.';
    case 'counts-differ':
      return 'The file does not hold the records that its end line counts.';
    case 'strict':
      return `Line ${broken.line} was refused, and the import is strict.`;
    case 'problem':
      return describeNativeProblem(broken.problem);
  }
}
