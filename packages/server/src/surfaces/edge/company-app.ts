import { appRoutes } from './app.ts';
import { companyParams } from './company-schema.ts';
import type { EdgeRoute } from './route.ts';

/** Apps and keys of a company: as a developer's (compat/edge.md §7). */
export const companyAppRoutes: readonly EdgeRoute[] = appRoutes({
  id: 'edge.companies.apps',
  path: '/organizations/:organization/companies/:company/apps',
  params: companyParams.properties,
  owner: 'a company',
  ownerOf: (params) => ({ kind: 'company', ref: [params['company'] ?? ''] }),
});
