import type { Attribute, AttributeDraft } from '../domain/attribute.ts';
import type { Company } from '../domain/company.ts';
import {
  memberAttributeName,
  parseMemberAttribute,
  reservedName,
  showMembers,
  splitMembers,
} from '../domain/company-member.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreTransaction } from '../ports/store.ts';
import {
  type AttributeHolder,
  deleteAttributeOf,
  getAttributeOf,
  replaceAttributesOf,
  setAttributeOf,
} from './attribute.ts';
import type { Call } from './call.ts';
import { editMembers, replaceMembers, resolveMembers, unknownInAttribute } from './company-member.ts';
import { type CompanyRef, loadCompany, saveCompany, viewCompany } from './company-record.ts';
import type { Plane } from './plane.ts';

/**
 * The attributes of a company. Where the dialect shows members as the reserved attribute, each of these calls works on
 * it too, and the members with it.
 */

/** @throws Problem auth.forbidden, company.not-found */
export async function listCompanyAttributes(plane: Plane, call: Call, ref: CompanyRef): Promise<readonly Attribute[]> {
  const company = await loadCompany(plane.store, call, { verb: 'get', ref, below: ['attributes'] });
  return (await viewCompany(plane.store, call, company)).attributes;
}

/** @throws Problem auth.forbidden, company.not-found, attribute.not-found */
export async function getCompanyAttribute(plane: Plane, call: Call, ref: CompanyRef, name: string): Promise<Attribute> {
  if (!isMemberAttribute(call, name)) return getAttributeOf(plane, holderOf(call, ref), name);
  const company = await loadCompany(plane.store, call, { verb: 'get', ref, below: ['attributes', name] });
  return requireShown(company, showMembers(await plane.store.companies.listMembers(company.id)));
}

/**
 * Replaces the whole list.
 * @throws Problem auth.forbidden, company.not-found, attribute.too-many, request.missing, request.invalid
 */
export async function replaceCompanyAttributes(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  drafts: readonly AttributeDraft[],
): Promise<readonly Attribute[]> {
  const { attributes, members } = splitMembers(drafts, call.rules, 'attribute');
  let shown: readonly Attribute[] = [];
  const holder = holderOf(call, ref, async (transaction, company) => {
    if (members === undefined) return;
    const resolved = await resolveMembers(transaction, call, members, unknownInAttribute);
    shown = showMembers(await replaceMembers(transaction, company, resolved));
  });
  const replaced = await replaceAttributesOf(plane, call, holder, attributes);
  return [...replaced, ...shown];
}

/**
 * Sets one attribute, new or not.
 * @throws Problem auth.forbidden, company.not-found, attribute.too-many, request.missing, request.invalid
 */
export async function setCompanyAttribute(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  draft: AttributeDraft,
): Promise<Attribute> {
  if (draft.name !== memberAttributeName) return setAttributeOf(plane, call, holderOf(call, ref), draft);
  if (!isMemberAttribute(call, draft.name)) throw reservedName('name');
  const members = parseMemberAttribute(draft.value, 'value');
  const target = { verb: 'put', ref, below: ['attributes', draft.name], request: { members } } as const;
  const [shown] = await editMembers(plane, call, target, async (transaction, company) => {
    const resolved = await resolveMembers(transaction, call, members, unknownInAttribute);
    return showMembers(await replaceMembers(transaction, company, resolved));
  });
  return shown ?? { name: draft.name, value: '' };
}

/**
 * @returns the attribute as it was
 * @throws Problem auth.forbidden, company.not-found, attribute.not-found
 */
export async function deleteCompanyAttribute(
  plane: Plane,
  call: Call,
  ref: CompanyRef,
  name: string,
): Promise<Attribute> {
  if (!isMemberAttribute(call, name)) return deleteAttributeOf(plane, call, holderOf(call, ref), name);
  const target = { verb: 'delete', ref, below: ['attributes', name] } as const;
  return editMembers(plane, call, target, async (transaction, company) => {
    const shown = requireShown(company, showMembers(await transaction.companies.listMembers(company.id)));
    await transaction.companies.removeAllMembers(company);
    return shown;
  });
}

function isMemberAttribute({ rules }: Call, name: string): boolean {
  return rules.companyShows === 'members' && name === memberAttributeName;
}

function requireShown(company: Company, [shown]: readonly Attribute[]): Attribute {
  if (shown !== undefined) return shown;
  throw new Problem('attribute.not-found', { attribute: memberAttributeName, owner: company.name });
}

/** @param alongside what else to write when the attributes are */
function holderOf(
  call: Call,
  ref: CompanyRef,
  alongside: (transaction: StoreTransaction, company: Company) => Promise<void> = async () => undefined,
): AttributeHolder<Company> {
  return {
    load: (view, verb, below) => loadCompany(view, call, { verb, ref, below }),
    async save(transaction, next, record) {
      await saveCompany(transaction, call, next, record);
      await alongside(transaction, next);
    },
    name: ({ name }) => name,
  };
}
