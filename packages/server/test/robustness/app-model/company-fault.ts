import { dialectRules } from '../../../src/domain/dialect.ts';
import type { CompanyReader, CompanyWriter } from '../../../src/ports/key-store.ts';
import type { Store, StoreTransaction } from '../../../src/ports/store.ts';
import { type Fault, overlay, withTransaction } from '../model/fault.ts';

type Companies = StoreTransaction['companies'];

function withCompanies(store: Store, change: (companies: Companies) => Partial<CompanyReader & CompanyWriter>): Store {
  return withTransaction(store, (transaction) =>
    overlay(transaction, { companies: overlay(transaction.companies, change(transaction.companies)) }),
  );
}

/** The same outside of transactions and in snapshots too. */
function withReader(store: Store, change: (companies: CompanyReader) => Partial<CompanyReader>): Store {
  const wrap = (companies: CompanyReader) => overlay(companies, change(companies));
  const read = overlay(store, {
    companies: wrap(store.companies),
    snapshot: (work) => store.snapshot((view) => work(overlay(view, { companies: wrap(view.companies) }))),
  });
  return withCompanies(read, (companies) => change(companies));
}

/** A server that does one thing wrong with companies, their members, or what hangs on them. */
export const companyFaults: readonly Fault[] = [
  {
    name: 'members who are added push out the others',
    wrapStore: (store) =>
      withCompanies(store, (companies) => {
        let emptied = false;
        const removeAllMembers: CompanyWriter['removeAllMembers'] = async (company) => {
          emptied = true;
          await companies.removeAllMembers(company);
        };
        return {
          removeAllMembers,
          setMember: async (company, member) => {
            if (!emptied) await removeAllMembers(company);
            await companies.setMember(company, member);
          },
        };
      }),
  },
  {
    name: 'members who are not named any more stay',
    wrapStore: (store) => withCompanies(store, () => ({ removeAllMembers: async () => undefined })),
  },
  {
    name: 'a member keeps the role that he had first',
    wrapStore: (store) =>
      withCompanies(store, (companies) => ({
        setMember: async (company, member) => {
          const known = (await companies.listMembers(company.id)).find(
            (each) => each.developerId === member.developerId,
          );
          await companies.setMember(company, known ?? member);
        },
      })),
  },
  {
    name: 'a developer who is deleted stays a member',
    wrapStore: (store) => {
      const gone = new Set<string>();
      const members = new Map<string, { email: string; developerId: string; roles: string[] }[]>();
      const withGone = withTransaction(store, (transaction) =>
        overlay(transaction, {
          developers: overlay(transaction.developers, {
            delete: async (developer) => {
              gone.add(developer.id);
              await transaction.developers.delete(developer);
            },
          }),
          companies: overlay(transaction.companies, {
            setMember: async (company, { developerId, roles }) => {
              const email = (await transaction.developers.find(company.organizationId, developerId))?.email ?? '';
              const known = members.get(company.id) ?? [];
              members.set(company.id, [...known, { email, developerId, roles: [...roles] }]);
              await transaction.companies.setMember(company, { developerId, roles });
            },
          }),
        }),
      );
      return withReader(withGone, (companies) => ({
        listMembers: async (id) => {
          const risen = (members.get(id) ?? []).filter(({ developerId }) => gone.has(developerId));
          return [...(await companies.listMembers(id)), ...risen];
        },
      }));
    },
  },
  {
    name: 'a company that is there is made a second time',
    wrapStore: (store) =>
      withCompanies(store, (companies) => ({
        insert: async (company) => (await companies.insert(company)) || true,
      })),
  },
  {
    name: 'the name of a company is told in lower case',
    wrapStore: (store) =>
      withCompanies(store, (companies) => ({
        insert: (company) => companies.insert({ ...company, name: company.name.toLowerCase() }),
      })),
  },
  {
    name: 'an update of a company leaves its display name',
    wrapStore: (store) =>
      withCompanies(store, (companies) => ({
        update: async (next) => {
          const current = await companies.find(next.organizationId, next.id);
          await companies.update({ ...next, displayName: current?.displayName ?? next.displayName });
        },
      })),
  },
  {
    name: 'the keys of an inactive company work',
    wrapStore: (store) =>
      withReader(store, (companies) => ({
        find: async (organizationId, id) => {
          const company = await companies.find(organizationId, id);
          return company && { ...company, status: 'active' };
        },
      })),
  },
  {
    name: 'what lies beneath an inactive company is open on Edge',
    breakRule: () => {
      const rules = dialectRules.edge as { inactiveCompany: 'closed' | 'open' };
      rules.inactiveCompany = 'open';
      return () => {
        rules.inactiveCompany = 'closed';
      };
    },
  },
  {
    name: 'the keys of a deleted company stay taken',
    wrapStore: (store) => {
      const kept = new Set<string>();
      return withTransaction(store, (transaction) =>
        overlay(transaction, {
          companies: overlay(transaction.companies, {
            delete: async (company) => {
              const apps = await transaction.apps.list(company.organizationId, {}, { limit: 100 });
              for (const { id } of apps.filter(({ owner }) => owner.id === company.id)) {
                for (const { consumerKey } of await transaction.credentials.listOfApp(id)) {
                  kept.add(`${company.organizationId} ${consumerKey}`);
                }
              }
              await transaction.companies.delete(company);
            },
          }),
          credentials: overlay(transaction.credentials, {
            insert: async (credential) =>
              !kept.has(`${credential.organizationId} ${credential.consumerKey}`) &&
              transaction.credentials.insert(credential),
          }),
        }),
      );
    },
  },
  {
    name: 'a change of a company is missing from the feed',
    wrapStore: (store) => {
      let changes = 0;
      return withTransaction(store, (transaction) =>
        overlay(transaction, {
          append: (change) => {
            if (change.noun === 'company') changes += 1;
            if (change.noun !== 'company' || changes % 10 !== 0) transaction.append(change);
          },
        }),
      );
    },
  },
];
