import { readConfig } from './config';
import type { Renewal } from './tabs';

export const CALLBACK = '/signin/callback';

/** Loads the sign-in at an identity provider, only if one is configured. */
export const loadOidc = () => import('./oidc');

/** What the OpenID Connect library keeps of a session, with the token that renews it. */
export function renewalOf(storage: Storage): Renewal {
  const key = Object.keys(storage).find((name) => name.startsWith('oidc.user:'));
  return key ? [key, storage.getItem(key) ?? ''] : null;
}

/** Resumes the renewal of a token of an identity provider after a reload, or in a tab that took over a session. */
export async function resumeRenewal() {
  if (!renewalOf(sessionStorage)) return;
  const { oidc } = await readConfig();
  if (oidc) await (await loadOidc()).resumeRenewal(oidc, CALLBACK);
}
