import type { Format } from './client-message.ts';
import type { Diagnosis } from './fault.ts';
import type { MessageWriter } from './message-writer.ts';
import { formatAt, type WireColumn } from './type.ts';

/** `I` outside of a transaction, `T` within one, `E` within one that failed. */
export type TransactionStatus = 'I' | 'T' | 'E';

const authentication = { ok: 0, clear: 3, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

export function writeAuthenticationOk(writer: MessageWriter): void {
  writer.open('R').int32(authentication.ok).close();
}

export function writeAuthenticationClear(writer: MessageWriter): void {
  writer.open('R').int32(authentication.clear).close();
}

export function writeAuthenticationSasl(writer: MessageWriter, mechanisms: readonly string[]): void {
  writer.open('R').int32(authentication.sasl);
  for (const mechanism of mechanisms) writer.text(mechanism);
  writer.uint8(0).close();
}

export function writeSaslStep(writer: MessageWriter, step: 'continue' | 'final', data: string): void {
  const code = step === 'continue' ? authentication.saslContinue : authentication.saslFinal;
  writer.open('R').int32(code).bytes(Buffer.from(data)).close();
}

/** @param minor the newest minor version that is spoken here */
export function writeNegotiation(writer: MessageWriter, minor: number, unknownOptions: readonly string[]): void {
  // PostgreSQL sends the whole version, as libpq reads it.
  writer
    .open('v')
    .int32((3 << 16) | minor)
    .int32(unknownOptions.length);
  for (const option of unknownOptions) writer.text(option);
  writer.close();
}

export function writeParameterStatus(writer: MessageWriter, name: string, value: string): void {
  writer.open('S').text(name).text(value).close();
}

export function writeBackendKey(writer: MessageWriter, processId: number, secret: Uint8Array): void {
  writer.open('K').int32(processId).bytes(secret).close();
}

export function writeReady(writer: MessageWriter, status: TransactionStatus): void {
  writer.open('Z').uint8(status.charCodeAt(0)).close();
}

export function writeDiagnosis(writer: MessageWriter, diagnosis: Diagnosis): void {
  const { severity, state, message, detail, hint, position } = diagnosis;
  writer.open(severity === 'NOTICE' || severity === 'WARNING' ? 'N' : 'E');
  const fields = { S: severity, V: severity, C: state, M: message, D: detail, H: hint, P: position };
  for (const [letter, value] of Object.entries(fields)) {
    if (value !== undefined) writer.uint8(letter.charCodeAt(0)).text(String(value));
  }
  writer.uint8(0).close();
}

/** Messages without content. */
const bare = {
  parseComplete: '1',
  bindComplete: '2',
  closeComplete: '3',
  noData: 'n',
  portalSuspended: 's',
  emptyQuery: 'I',
} as const;

export function writeBare(writer: MessageWriter, name: keyof typeof bare): void {
  writer.open(bare[name]).close();
}

export function writeTag(writer: MessageWriter, tag: string): void {
  writer.open('C').text(tag).close();
}

export function writeParameterDescription(writer: MessageWriter, types: readonly number[]): void {
  writer.open('t').int16(types.length);
  for (const type of types) writer.int32(type);
  writer.close();
}

export function writeRowDescription(
  writer: MessageWriter,
  columns: readonly WireColumn[],
  formats: readonly Format[],
): void {
  writer.open('T').int16(columns.length);
  columns.forEach((column, index) => {
    writer.text(column.name).int32(column.tableOid).int16(column.columnNumber).int32(column.typeOid);
    writer.int16(column.typeSize).int32(column.typeModifier).int16(formatAt(formats, index));
  });
  writer.close();
}
