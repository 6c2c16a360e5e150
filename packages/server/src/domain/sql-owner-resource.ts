import {
  appgroupsId,
  attributes,
  created,
  createdBy,
  developersId,
  json,
  lastModified,
  lastModifiedBy,
  organizationsId,
  parameter,
  stamps,
  text,
} from './sql-column.ts';
import type { SqlResource } from './sql-resource.ts';

/** Who owns apps: developers, app groups and companies, which are one noun with two faces. */

const developers: SqlResource = {
  name: 'developers',
  aliases: ['organizations_developers'],
  description: 'Somebody who registers apps and receives keys for them.',
  columns: [
    text('email', 'The address that names the developer in the organization, in lower case.'),
    text('firstName', 'Given name.'),
    text('lastName', 'Family name.'),
    text('userName', 'A name to sign in with; kept and shown, never used.'),
    attributes,
    json('apps', 'Names of the first 100 apps.'),
    json('companies', 'Names of the companies and app groups that the developer belongs to.'),
    text('developerId', 'A UUID that the server gave.'),
    text('organizationName', 'The organization that the developer belongs to.'),
    text('status', 'Either active or inactive.'),
    ...stamps,
    text('accessType', 'Kept and shown, never used.'),
    text('appFamily', 'Kept and shown, never used.'),
    organizationsId,
    developersId,
  ],
  key: ['organizationsId', 'developersId'],
  paths: [['developers']],
};

const appgroups: SqlResource = {
  name: 'appgroups',
  aliases: ['organizations_appgroups'],
  description: 'A group of developers that owns apps.',
  columns: [
    text('name', 'What the group is called.'),
    text('appGroupId', 'A UUID that the server gave.'),
    text('displayName', 'What people call the group.'),
    text('channelId', 'Who keeps the group, as a portal.'),
    text('channelUri', 'Where that is.'),
    text('email', 'Address of the group.'),
    text('organization', 'The organization that the group belongs to.'),
    text('status', 'Either active or inactive.'),
    json('attributes', 'A list of `{"name", "value"}`; `__apigee_reserved__developer_details` names the members.'),
    ...stamps,
    organizationsId,
    appgroupsId,
  ],
  key: ['organizationsId', 'appgroupsId'],
  paths: [['companies']],
};

const companies: SqlResource = {
  name: 'companies',
  aliases: ['organizations_companies'],
  description: 'The same groups as classic Edge shows them.',
  columns: [
    json('apps', 'Names of the first 100 apps.'),
    text('name', 'What the company is called.'),
    text('displayName', 'What people call it.'),
    text('status', 'Either active or inactive.'),
    attributes,
    created,
    createdBy,
    lastModified,
    lastModifiedBy,
    organizationsId,
    parameter('companiesId', 'Name of the company.'),
  ],
  key: ['organizationsId', 'companiesId'],
  paths: [['companies']],
};

const members: SqlResource = {
  name: 'appgroups_members',
  aliases: ['companies_developers'],
  description: 'A developer in an app group.',
  columns: [
    text('email', 'Address of the developer, in lower case.'),
    text('developerId', 'UUID of the developer.'),
    json('roles', 'Names of the roles that he has there.'),
    text('appGroup', 'Name of the group.'),
    organizationsId,
    appgroupsId,
    developersId,
  ],
  key: ['organizationsId', 'appgroupsId', 'developersId'],
  paths: [['companies'], ['developers']],
};

/** `ownerKind` tells whose an attribute is, `ownerId` names the owner by his UUID. */
const attributeRows: SqlResource = {
  name: 'attributes',
  aliases: [],
  description: 'One attribute of a developer, an app group, an app or a product.',
  columns: [
    text('name', 'What the attribute is called.'),
    text('value', 'What it holds.'),
    text('ownerKind', 'Either developer, appgroup, app or apiproduct.'),
    text('ownerId', 'UUID of what it hangs on.'),
    organizationsId,
    developersId,
    appgroupsId,
    parameter('appsId', 'Name of the app, of attributes of an app.'),
    parameter('apiproductsId', 'Name of the product, of attributes of a product.'),
    parameter('attributesId', 'What the attribute is called.'),
  ],
  key: ['organizationsId', 'ownerKind', 'ownerId', 'name'],
  paths: [['developers'], ['companies'], ['apps'], ['apiproducts']],
};

export const ownerResources: readonly SqlResource[] = [developers, appgroups, companies, members, attributeRows];
