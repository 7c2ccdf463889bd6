import { readConfig } from './config';

export const CALLBACK = '/signin/callback';

/** The part that talks to an issuer, loaded only where one is set up. */
export const oidcPart = () => import('./oidc');

/** After a reload: go on renewing the token of whoever has signed in at an issuer. */
export async function goOnRenewing() {
  if (!Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user:'))) return;
  const { oidc } = await readConfig();
  if (oidc) await (await oidcPart()).goOn(oidc, CALLBACK);
}
