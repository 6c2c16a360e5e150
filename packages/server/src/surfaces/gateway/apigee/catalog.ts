import { hash } from 'node:crypto';
import type { ProductRecord } from '@claviger/verify';
import type { Answer } from '../../http/answer.ts';
import { readNameFilter } from './name-filter.ts';
import type { ProductReader } from './product.ts';
import { answerJson, invalidRequest, unavailable, unstored } from './refusal.ts';
import { requireSigner, type Visit } from './visit.ts';

/** `GET /products`: what this gateway may match calls with (compat/edge.md §12). */
export async function listProducts(visit: Visit, reader: ProductReader): Promise<Answer> {
  const { parts, place, http } = visit;
  const isWanted = readFilter((http.query as { productnamefilter?: unknown }).productnamefilter);
  const catalog = await parts.verifier.catalog(place.organizationId);
  if (catalog === undefined) throw unavailable();
  const isUsable = reader.isUsable(place.environment);
  const products = catalog.listProducts().filter((product) => isWanted(product) && isUsable(product));
  const body = JSON.stringify({ apiProduct: products.map((product) => reader.encode(product, place.environment)) });
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
  const headers = { ...unstored, etag };
  if (http.headers['if-none-match'] === etag) return { status: 304, headers };
  return { status: 200, contentType: 'application/json', headers, body };
}

function readFilter(pattern: unknown): (product: ProductRecord) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  const takes = typeof pattern === 'string' ? readNameFilter(pattern) : undefined;
  if (takes === undefined) throw invalidRequest('productnamefilter holds more than characters, classes, . * + and ?');
  return ({ name }) => takes(name);
}

/** A JWKS: the key that signs, those whose tokens may still live, and the next one. */
export async function listKeys({ parts, place }: Visit): Promise<Answer> {
  const { published } = await requireSigner(parts).publicKeys(place.organizationId);
  return answerJson({ keys: published.map(({ jwk }) => jwk) });
}
