import { describeStatus, FrameFault, type SpopStatus, spopStatus } from './status.ts';
import { FrameReader, FrameWriter, type TypedValue } from './typed-data.ts';

/** Types of frames, as SPOP numbers them (HAProxy, doc/SPOE.txt §3.2.2). */
export const frameType = {
  unset: 0,
  haproxyHello: 1,
  haproxyDisconnect: 2,
  notify: 3,
  agentHello: 101,
  agentDisconnect: 102,
  ack: 103,
} as const;

const finFlag = 1;
/** The version that is spoken. HAProxy names the highest minor of each major that it knows. */
const version = '2.0';
const [major] = version.split('.');

/** Frames are never longer than this, whatever a peer proposes: HAProxy's own default is 16,380. */
export const frameBytesMax = 65_536;
/** No peer may ask for less (§3.2). */
const frameBytesMin = 256;
/** A message has one byte for their number, and HAProxy's configuration rarely a dozen. */
const entriesMax = 255;

export interface Frame {
  readonly type: number;
  /** Whether it is whole, and not a part of a fragmented one. */
  readonly isWhole: boolean;
  /** Stream and frame id as they came: all that is done with them is to send them back. */
  readonly ids: Buffer;
  readonly payload: FrameReader;
}

export interface Hello {
  /** What both can take. */
  readonly frameBytesMax: number;
  readonly pipelining: boolean;
  readonly healthcheck: boolean;
}

export interface Message {
  readonly name: string;
  readonly args: readonly (readonly [name: string, value: TypedValue])[];
}

/** @throws FrameFault */
export function parseFrame(bytes: Buffer): Frame {
  const payload = new FrameReader(bytes);
  const type = payload.readByte();
  const flags = payload.readFlags();
  const start = payload.position;
  payload.readVarint();
  payload.readVarint();
  return { type, isWhole: (flags & finFlag) !== 0, ids: bytes.subarray(start, payload.position), payload };
}

/** @throws FrameFault where something that both have to agree on is missing, or can't be agreed on */
export function parseHello(payload: FrameReader): Hello {
  const facts = new Map<string, TypedValue>();
  while (!payload.isDone && facts.size < entriesMax) facts.set(payload.readText(), payload.readTyped());
  const versions = facts.get('supported-versions');
  if (!Buffer.isBuffer(versions)) throw new FrameFault(spopStatus.noVersion);
  if (!splitList(versions).some((each) => each.split('.')[0] === major)) {
    throw new FrameFault(spopStatus.unsupportedVersion);
  }
  const size = facts.get('max-frame-size');
  if (typeof size !== 'number') throw new FrameFault(spopStatus.noFrameSize);
  if (size < frameBytesMin) throw new FrameFault(spopStatus.badFrameSize);
  const capabilities = facts.get('capabilities');
  if (!Buffer.isBuffer(capabilities)) throw new FrameFault(spopStatus.noCapabilities);
  return {
    frameBytesMax: Math.min(size, frameBytesMax),
    pipelining: splitList(capabilities).includes('pipelining'),
    healthcheck: facts.get('healthcheck') === true,
  };
}

function splitList(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .split(',')
    .map((entry) => entry.trim());
}

/** @throws FrameFault */
export function parseMessages(payload: FrameReader): Message[] {
  const messages: Message[] = [];
  while (!payload.isDone) {
    const name = payload.readText();
    const args: [string, TypedValue][] = [];
    for (let left = payload.readByte(); left > 0; left--) args.push([payload.readText(), payload.readTyped()]);
    messages.push({ name, args });
  }
  return messages;
}

function beginFrame(type: number, ids: Uint8Array): FrameWriter {
  const writer = new FrameWriter();
  writer.writeByte(type);
  writer.writeUint32(finFlag);
  writer.writeBytes(ids);
  return writer;
}

const noIds = new Uint8Array(2);

/**
 * Fragments are not announced, so that HAProxy reports a request that is too long for a frame as an error. Neither is
 * `async`: an answer goes the way that its question came.
 */
export function encodeHello({ frameBytesMax: size, pipelining }: Hello): Buffer {
  const writer = beginFrame(frameType.agentHello, noIds);
  writer.writeText('version');
  writer.writeTyped(version);
  writer.writeText('max-frame-size');
  writer.writeTyped(size);
  writer.writeText('capabilities');
  writer.writeTyped(pipelining ? 'pipelining' : '');
  return writer.finish();
}

export function encodeDisconnect(status: SpopStatus): Buffer {
  const writer = beginFrame(frameType.agentDisconnect, noIds);
  writer.writeText('status-code');
  writer.writeTyped(status);
  writer.writeText('message');
  writer.writeTyped(describeStatus(status));
  return writer.finish();
}

/** A variable of HAProxy's transaction; `undefined` takes it away. */
export type Variable = readonly [name: string, value: string | number | boolean | Uint8Array | undefined];

const action = { setVariable: 1, unsetVariable: 2 };
const transactionScope = 2;

export function encodeAck(ids: Uint8Array, variables: readonly Variable[]): Buffer {
  const writer = beginFrame(frameType.ack, ids);
  for (const [name, value] of variables) {
    writer.writeByte(value === undefined ? action.unsetVariable : action.setVariable);
    writer.writeByte(value === undefined ? 2 : 3);
    writer.writeByte(transactionScope);
    writer.writeText(name);
    if (value !== undefined) writer.writeTyped(value);
  }
  return writer.finish();
}
