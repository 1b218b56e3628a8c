import { userInfo } from 'node:os';
import type { Identity } from '../runtime/engine.ts';

/** The user of this machine's session: at the station itself, so level L0. */
export const localIdentity = (): Identity => {
  const name = userInfo().username;
  return { user: `os:${name}`, name, roles: [], channel: null, local: true };
};
