import { useSyncExternalStore } from 'react';

const STORAGE_KEY = 'retour.token';
const listeners = new Set<() => void>();
let reason: string | null = null;

/** The bearer token of this tab. Each tab has its own, so that three people can be signed in side by side. */
export function currentToken(): string | null {
  return sessionStorage.getItem(STORAGE_KEY);
}

/** Replaces the token after a silent renewal. A person who has signed out stays signed out. */
export function renewToken(token: string) {
  if (currentToken()) sessionStorage.setItem(STORAGE_KEY, token);
}

export function signIn(token: string) {
  reason = null;
  sessionStorage.setItem(STORAGE_KEY, token);
  notify();
}

/** Removes the token. The sign-in page shows the reason. */
export function signOut(because: string | null = null) {
  reason = because;
  sessionStorage.clear(); // including what the OpenID Connect library stores there
  notify();
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
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentGeneration);
}

function notify() {
  generation += 1;
  for (const listener of listeners) listener();
}
