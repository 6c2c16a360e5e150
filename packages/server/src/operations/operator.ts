import { type Account, operatorEmail } from '../domain/account.ts';
import { stampNew } from '../domain/stamp.ts';

/**
 * Who calls through the command socket, or opens the store himself: whoever may read the data directory may do
 * everything anyway. Stands in no store, so it can't be locked out, and has no password that could be guessed.
 */
export const operator: Account = {
  id: 'operator',
  email: operatorEmail,
  firstName: 'Local',
  lastName: 'Operator',
  status: 'active',
  sysadmin: true,
  passwordVersion: 0,
  ...stampNew(0, operatorEmail),
};
