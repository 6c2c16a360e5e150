import type { Property } from './organization.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';

/** Where proxies run, as `test` and `prod`. Its name is unique in the organization. */
export interface Environment extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly properties: readonly Property[];
}

const environmentName = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** @throws Problem request.invalid */
export function parseEnvironmentName(value: string): string {
  if (environmentName.test(value)) return value;
  throw new Problem('request.invalid', {
    field: 'name',
    reason:
      'takes lower-case letters, digits and hyphens, begins with a letter or digit, and has at most 32 characters',
  });
}
