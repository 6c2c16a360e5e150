// Paths that the required rows of many clients name.
export const organization = '/v1/organizations/{org}';
export const products = `${organization}/apiproducts`;
export const product = `${products}/{product}`;
export const apps = `${organization}/developers/{developer}/apps`;
export const app = `${apps}/{app}`;
export const key = `${app}/keys/{key}`;
export const company = `${organization}/companies/{company}`;
export const companyApp = `${company}/apps/{app}`;
