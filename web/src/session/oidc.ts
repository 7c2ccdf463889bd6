import { UserManager } from 'oidc-client-ts';
import type { Config } from './config';
import { currentToken, expire, renewToken, signIn } from './token';

type Oidc = NonNullable<Config['oidc']>;

let manager: UserManager | null = null;

/** Authorization code with PKCE. The access token is the bearer token; it is renewed before it expires. */
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
  const created = manager;
  manager.events.addUserLoaded((user) => {
    renewToken(user.access_token);
    if (!currentToken()) created.stopSilentRenew();
  });
  manager.events.addAccessTokenExpired(() => {
    expire('The token has expired.');
  });
  return manager;
}

/** Goes to the identity provider. The person comes back to the page that asked for it. */
export async function startSignIn(oidc: Oidc, callback: string) {
  await managerOf(oidc, callback).signinRedirect({ state: location.pathname });
}

/** The path of the page that asked for the sign-in. */
export async function finishSignIn(oidc: Oidc, callback: string): Promise<string> {
  const manager = managerOf(oidc, callback);
  const user = await manager.signinRedirectCallback();
  signIn(user.access_token);
  manager.startSilentRenew(); // it stopped earlier because nobody was signed in
  return user.state as string;
}

/** Resumes the renewal of the token after a reload. */
export async function resumeRenewal(oidc: Oidc, callback: string) {
  const user = await managerOf(oidc, callback).getUser();
  if (user && !user.expired) renewToken(user.access_token);
}
