import type { FastifyError } from 'fastify';
import { Problem } from '../../domain/problem.ts';

/**
 * Turns what was thrown on the way of a request into a Problem, by code. Undefined: it is a bug.
 * `method` is for errors that name none.
 */
export function problemOf(error: unknown, bodyLimitBytes: number): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, validation, validationContext } = error as Partial<FastifyError>;
  if (validation !== undefined) return problemOfValidation(validation, validationContext);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('request.too-large', { limitBytes: bodyLimitBytes });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return new Problem('request.unsupported-media-type', { mediaType: '' });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('request.malformed', { reason: 'the body is not as long as Content-Length says' });
    case 'FST_ERR_BAD_URL':
      return new Problem('request.malformed', { reason: 'the path has a percent sign that begins no character' });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('request.malformed', { reason: 'a segment of the path is too long' });
    case 'ECONNRESET':
      return new Problem('request.malformed', { reason: 'the request was cut off' });
    default:
      return undefined;
  }
}

type Validation = NonNullable<FastifyError['validation']>;

/** The first fault that ajv found, with the member's name on the wire: `attributes[0].name`. */
function problemOfValidation(validation: Validation, context: string | undefined): Problem {
  const first = validation[0];
  const place = first?.instancePath ?? '';
  const field = place
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replace(/\//g, '.')
    .replace(/^\./, '');
  const missing = first?.params?.['missingProperty'];
  if (first?.keyword === 'required' && typeof missing === 'string') {
    return new Problem('request.missing', { field: field === '' ? missing : `${field}.${missing}` });
  }
  const reason = first?.message ?? 'is not what the schema asks for';
  return new Problem('request.invalid', { field: field === '' ? (context ?? 'body') : field, reason });
}
