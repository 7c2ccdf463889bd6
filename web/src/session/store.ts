import { useSyncExternalStore } from 'react';

const KEPT = 'retour.token';
const listeners = new Set<() => void>();
let notice: string | null = null;

/** The bearer token of this tab. Kept for the tab only, so that three seats can be open side by side. */
export function currentToken(): string | null {
  return sessionStorage.getItem(KEPT);
}

/** Replace the token without starting over, as a silent renewal does; who has signed out stays so. */
export function renewToken(token: string) {
  if (currentToken()) sessionStorage.setItem(KEPT, token);
}

export function signIn(token: string) {
  notice = null;
  sessionStorage.setItem(KEPT, token);
  tell();
}

/** Forget the token; `why` is shown on the sign-in page. */
export function signOut(why: string | null = null) {
  notice = why;
  sessionStorage.clear(); // with what the issuer's library keeps there
  tell();
}

export function lastNotice(): Error | null {
  return notice ? new Error(notice) : null;
}

let generation = 0;

/** Goes up with every sign-in and sign-out; whatever belongs to one person is keyed by it. */
export function currentGeneration(): number {
  return generation;
}

export function useGeneration(): number {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentGeneration);
}

function tell() {
  generation += 1;
  for (const listener of listeners) listener();
}
