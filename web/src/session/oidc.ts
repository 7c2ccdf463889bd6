import { UserManager } from 'oidc-client-ts';
import type { Config } from './config';
import { currentToken, renewToken, signIn, signOut } from './store';

type Oidc = NonNullable<Config['oidc']>;

let manager: UserManager | null = null;

/** Authorization code with PKCE; the access token is the bearer token, renewed before it ends. */
function managerOf(oidc: Oidc, callback: string): UserManager {
  if (manager) return manager;
  manager = new UserManager({
    authority: oidc.authority,
    client_id: oidc.clientId,
    redirect_uri: location.origin + callback,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: 'code',
    scope: 'openid profile offline_access',
    automaticSilentRenew: true,
  });
  const made = manager;
  manager.events.addUserLoaded((user) => {
    renewToken(user.access_token);
    if (!currentToken()) made.stopSilentRenew();
  });
  manager.events.addAccessTokenExpired(() => signOut());
  return manager;
}

export async function goToIssuer(oidc: Oidc, callback: string) {
  await managerOf(oidc, callback).signinRedirect();
}

export async function comeBack(oidc: Oidc, callback: string) {
  const manager = managerOf(oidc, callback);
  const user = await manager.signinRedirectCallback();
  signIn(user.access_token);
  manager.startSilentRenew(); // which had stopped, for there was nobody yet
}

/** After a reload: take up the renewal of the token where it was. */
export async function goOn(oidc: Oidc, callback: string) {
  const user = await managerOf(oidc, callback).getUser();
  if (user && !user.expired) renewToken(user.access_token);
}
