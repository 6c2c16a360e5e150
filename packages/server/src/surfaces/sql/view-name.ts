import { randomBytes } from 'node:crypto';

const randomBytesOfName = 16;

/**
 * The name by which one text calls a resource: drawn anew for each, so that nobody can write it. It ends with the
 * resource's name for who reads a plan.
 */
export function newViewName(resource: string): string {
  return `v${randomBytes(randomBytesOfName).toString('hex')}_${resource}`;
}
