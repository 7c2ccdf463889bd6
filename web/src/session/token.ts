import { useSyncExternalStore } from 'react';
import { isDraft } from './drafts';
import { CALLBACK, renewalOf } from './renewal';
import { askTabs, type Renewal, shareSession, tellSignedIn, tellSignedOut } from './tabs';

const STORAGE_KEY = 'retour.token';
const DEMO_KEY = 'retour.demo';
const listeners = new Set<() => void>();
let reason: string | null = null;
let held = false;
let expired = false;

/**
 * The bearer token of this tab. A new tab begins with the session of one that is open; people who sign in anew have
 * it for themselves, so that three people can be signed in side by side.
 */
export function currentToken(): string | null {
  return sessionStorage.getItem(STORAGE_KEY);
}

/** Replaces the token after a renewal, in the other tabs, too. A person who has signed out stays signed out. */
export function renewToken(token: string) {
  if (!currentToken()) return;
  tellSignedIn(token, renewalOf(sessionStorage));
  replaceToken(token, null);
}

/** Begins a session. In the demo a person may take a seat in each tab, so that leaving it ends no other. */
export function signIn(token: string, demo = false) {
  tellSignedIn(token, renewalOf(sessionStorage));
  begin(token, demo, null);
}

/** Removes the token, in the other tabs of this person, too. The sign-in page shows the reason. */
export function signOut(because: string | null = null) {
  const token = currentToken();
  if (token && because === null && !isDemo()) tellSignedOut(token);
  end(because);
}

/** The server has let the person in. From now on the end of the session does not take away what is on the page. */
export function sessionHolds() {
  held = true;
}

/** The server refuses the token: the page waits for the person to sign in again in another tab. Whether it does. */
export function expire(because: string): boolean {
  if (!held) signOut(because);
  else if (!expired) {
    expired = true;
    notify();
  }
  return held;
}

export function useExpired(): boolean {
  return useSyncExternalStore(listen, () => expired);
}

/** Resolves once the session holds again, at once if it does. */
export function renewed(): Promise<void> {
  if (!expired) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = listen(() => {
      if (expired) return;
      stop();
      resolve();
    });
  });
}

export function signOutReason(): Error | null {
  return reason ? new Error(reason) : null;
}

let generation = 0;

/** Increases with every sign-in and sign-out. State that belongs to one person is keyed by it. */
export function currentGeneration(): number {
  return generation;
}

export function useGeneration(): number {
  return useSyncExternalStore(listen, currentGeneration);
}

const isDemo = () => sessionStorage.getItem(DEMO_KEY) !== null;

function begin(token: string, demo: boolean, renewal: Renewal) {
  reason = null;
  keep(token, renewal);
  if (demo) sessionStorage.setItem(DEMO_KEY, 'yes');
  nextGeneration();
}

/** Each tab has all of the session, so that any of them can renew it when another is closed. */
function keep(token: string, renewal: Renewal) {
  sessionStorage.setItem(STORAGE_KEY, token);
  if (renewal) sessionStorage.setItem(...renewal);
}

function replaceToken(token: string, renewal: Renewal) {
  keep(token, renewal);
  expired = false;
  notify();
}

function end(because: string | null) {
  reason = because;
  const drafts = because === null ? [] : Object.entries(sessionStorage).filter(([key]) => isDraft(key));
  sessionStorage.clear(); // including what the OpenID Connect library stores there
  for (const [key, draft] of drafts) sessionStorage.setItem(key, draft); // for the same person, who signs in again
  nextGeneration();
}

function nextGeneration() {
  held = false;
  expired = false;
  generation += 1;
  notify();
}

/** Calls a listener at each change of the session. */
export function listen(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function notify() {
  for (const listener of [...listeners]) listener();
}

shareSession({
  token: currentToken,
  holds: () => !expired,
  isDemo,
  renewal: () => renewalOf(sessionStorage),
  adopt: begin,
  renew: replaceToken,
  end: () => end(null),
});
if (!currentToken() && location.pathname !== CALLBACK) askTabs();
