/** What the model refuses, with the statuses of either dialect. */
export class Refused {
  readonly code: string;
  readonly edge: number;
  readonly x: number;

  constructor(code: string, edge: number, x = edge) {
    this.code = code;
    this.edge = edge;
    this.x = x;
  }
}

export const codes = {
  noDeveloper: () => new Refused('developer.service.DeveloperDoesNotExist', 404),
  developerExists: () => new Refused('developer.service.DeveloperAlreadyExists', 409),
  noCompany: () => new Refused('developer.service.CompanyDoesNotExist', 404),
  companyExists: () => new Refused('developer.service.CompanyAlreadyExists', 409),
  companyInactive: () => new Refused('developer.service.CompanyStatusNotActive', 403),
  noMember: () => new Refused('developer.service.DeveloperNotInCompany', 404),
  noAttribute: () => new Refused('organizations.keymanagement.AttributeDoesntExist', 404),
  noApp: () => new Refused('developer.service.AppDoesNotExist', 404),
  appExists: () => new Refused('keymanagement.service.app_already_exists', 409),
  noKey: () => new Refused('keymanagement.service.InvalidClientIdForGivenApp', 404),
  keyExists: () => new Refused('keymanagement.service.ConsumerKeyAlreadyExists', 409),
  notOnKey: () => new Refused('keymanagement.service.ApiProductNotAssociatedWithConsumerKey', 500, 404),
  unknownProduct: () => new Refused('cps.kms.ApiProductDoesNotExist', 404, 400),
  noProduct: () => new Refused('keymanagement.service.apiproduct_doesnot_exist', 404),
  productExists: () => new Refused('keymanagement.service.apiproduct_already_exists', 409),
  productInUse: () => new Refused('keymanagement.service.apiproduct_deletion_failed_apps_associated', 500),
  /** What a body holds that it must not. */
  invalid: (view: 'edge' | 'x') =>
    new Refused(view === 'edge' ? 'rest.request.InvalidValue' : 'rest.interceptor.invalid_value', 400),
};

/** What an answer says, as far as the model tells it: members of a success, or the code of a refusal. */
export interface Told {
  readonly status: number;
  readonly code?: string;
  readonly body?: unknown;
}
