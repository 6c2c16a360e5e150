import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** What a surface sends, ready but for the wire. */
export interface Answer {
  readonly status: number;
  /** Absent together with the body. */
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A stream is sent as it comes; one that fails half-way ends the connection, so that nobody takes it for whole. */
  readonly body?: string | Readable | undefined;
}

const asItIs = (body: unknown): string => body as string;

/** The media type goes out as the surface wrote it: Edge's JSON has no charset (compat/edge.md §1.2). */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).serializer(asItIs);
  if (answer.headers !== undefined) reply.headers(answer.headers);
  if (answer.contentType !== undefined) reply.header('content-type', answer.contentType);
  return reply.send(answer.body);
}
