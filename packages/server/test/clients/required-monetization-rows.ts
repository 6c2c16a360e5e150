import { type Line, type RequiredRow, requireRows } from './report.ts';

const x = '/x/v1/organizations/{org}';

function linesOf(owner: string, page: string): Line[] {
  const subscription = `${owner}/subscriptions/{subscription}`;
  return [
    [`GET ${owner}/balance`, 200],
    [`POST ${owner}/balance:credit`, 200],
    [`POST ${owner}/balance:credit`, 409],
    [`POST ${owner}/balance:adjust`, 200],
    [`GET ${owner}/monetizationConfig`, 200],
    [`PUT ${owner}/monetizationConfig`, 200],
    [`POST ${owner}/subscriptions`, 200],
    [`GET ${owner}/subscriptions?${page}`, 200],
    [`GET ${subscription}`, 200],
    [`GET ${subscription}`, 404],
    [`POST ${subscription}:expire`, 200],
    [`POST ${subscription}:expire`, 400],
  ];
}

/** What Google's client for Node does with balances, monetization configurations and subscriptions. */
export const requiredMonetizationRows: readonly RequiredRow[] = [
  ...requireRows('googleapis', 'compat/x.md §1.2', linesOf(`${x}/developers/{developer}`, 'count')),
  ...requireRows('googleapis', 'compat/x.md §1.7', linesOf(`${x}/appgroups/{appgroup}`, 'pageSize')),
];
