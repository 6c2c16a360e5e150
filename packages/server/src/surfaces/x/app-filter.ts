import { parseAppStatus } from '../../domain/app.ts';
import { Problem } from '../../domain/problem.ts';
import type { OrganizationAppFilter } from '../../operations/organization-app.ts';

const members = new Map<string, (value: string) => OrganizationAppFilter>([
  ['developerEmail', (developer) => ({ developer })],
  ['apiProduct', (apiProduct) => ({ apiProduct })],
  ['consumerKey', (consumerKey) => ({ consumerKey })],
  ['status', (status) => ({ status: parseAppStatus(status, 'filter') })],
  ['appId', (id) => ({ ids: [id] })],
  ['appName', (name) => ({ name })],
  ['appType', (type) => ({ ownerKind: parseAppType(type) })],
  ['appGroup', (company) => ({ company })],
]);

/**
 * Reads `appName=weather` (compat/x.md §1.5). The value may stand in double quotes.
 * @throws Problem request.invalid, which never repeats the value: it may be a key
 */
export function parseAppFilter(text: string): OrganizationAppFilter {
  const equals = text.indexOf('=');
  const member = members.get(text.slice(0, Math.max(0, equals)).trim());
  if (member === undefined) {
    throw new Problem('request.invalid', {
      field: 'filter',
      reason: `takes one of ${[...members.keys()].join(', ')}, an equals sign and a value`,
    });
  }
  const value = text.slice(equals + 1).trim();
  return member(/^"[^"]*"$/.test(value) ? value.slice(1, -1) : value);
}

function parseAppType(type: string): 'developer' | 'company' {
  const kind = type.toLowerCase();
  if (kind === 'developer') return 'developer';
  if (kind === 'appgroup' || kind === 'company') return 'company';
  throw new Problem('request.invalid', { field: 'filter', reason: 'takes the appType Developer or AppGroup' });
}
