import type { ClientAnswer } from '../support/client.ts';

/** Undefined where a refusal has the shape of the surface that the path belongs to, else what is wrong with it. */
export function findShapeFault(prefix: string, { status, headers, text }: ClientAnswer): string | undefined {
  if (status < 400) return undefined;
  const type = String(headers['content-type'] ?? '');
  if (prefix === '/x/v1' && status === 404 && type.startsWith('text/html')) return undefined;
  if (prefix === '/edge/v1' && type.startsWith('application/xml')) {
    return /<Error>/.test(text) ? undefined : `no <Error>: ${text.slice(0, 200)}`;
  }
  const wanted = prefix === '/claviger/v1' ? 'application/problem+json' : 'application/json';
  if (!type.startsWith(wanted)) return `content type ${type}: ${text.slice(0, 200)}`;
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return `no JSON: ${text.slice(0, 200)}`;
  }
  const members = prefix === '/edge/v1' ? ['code', 'message', 'contexts'] : prefix === '/x/v1' ? ['error'] : ['code'];
  const missing = members.filter((member) => !(member in body));
  if (missing.length > 0) return `without ${missing.join(', ')}: ${text.slice(0, 200)}`;
  if (prefix !== '/x/v1') return undefined;
  const { error } = body as { error: { code?: unknown; status?: unknown; details?: unknown } };
  return error.code === status && typeof error.status === 'string' && Array.isArray(error.details)
    ? undefined
    : `no google.rpc.Status: ${text.slice(0, 200)}`;
}
