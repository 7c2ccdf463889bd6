import { UserManager } from 'oidc-client-ts';
import type { Config } from './config';
import { isSamePerson, personOf } from './tabs';
import { currentGeneration, currentToken, expire, listen, renewToken, signIn } from './token';

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
    automaticSilentRenew: false, // but in one of the tabs
  });
  manager.events.addUserLoaded((user) => renewToken(user.access_token));
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
  keepRenewed(manager);
  return user.state as string;
}

/** Resumes the renewal of the token after a reload, or in a tab that took over the session of another. */
export async function resumeRenewal(oidc: Oidc, callback: string) {
  const manager = managerOf(oidc, callback);
  const user = await manager.getUser();
  const token = currentToken();
  if (!user || user.expired || !token || !isSamePerson(token, user.access_token)) return;
  renewToken(user.access_token);
  keepRenewed(manager);
}

let kept = -1;

/**
 * Renews the session until it ends, in one tab of all that share it: a refresh token can be used only once. If that tab
 * is closed, the lock passes to another, which has the latest refresh token, too.
 */
function keepRenewed(manager: UserManager) {
  const generation = currentGeneration();
  if (kept === generation) return;
  kept = generation;
  const over = () => currentGeneration() !== generation;
  const ended = new Promise<void>((resolve) => {
    const stop = listen(() => {
      void (over() ? manager.removeUser() : manager.getUser()); // a renewal in another tab moves the time of the next
      if (!over()) return;
      stop();
      resolve();
    });
  });
  void navigator.locks.request(`retour.session ${personOf(currentToken() ?? '')}`, async () => {
    if (over()) return;
    manager.startSilentRenew();
    await ended;
    manager.stopSilentRenew();
  });
}
