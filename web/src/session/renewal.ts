import { readConfig } from './config';

export const CALLBACK = '/signin/callback';

/** Loads the sign-in at an identity provider, only if one is configured. */
export const loadOidc = () => import('./oidc');

/** Resumes the renewal of a token of an identity provider after a reload. */
export async function resumeRenewal() {
  if (!Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user:'))) return;
  const { oidc } = await readConfig();
  if (oidc) await (await loadOidc()).resumeRenewal(oidc, CALLBACK);
}
