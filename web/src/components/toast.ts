import { type ReactNode, useSyncExternalStore } from 'react';
import { currentGeneration, listen } from '../session/token';

export const TOASTS = () => import('./Toasts');

export interface ToastOptions {
  /** Moves the focus to the message: after a dialog, whose focus has to go somewhere. As long as it is there, it stays. */
  focus?: boolean;
}

const listeners = new Set<() => void>();
let generation = -1;

/**
 * Says what has happened, wherever the page is scrolled to. Returns what takes the message away. What it needs is loaded
 * with the first message.
 */
export function toast(message: ReactNode, options: ToastOptions = {}): () => void {
  const shown = TOASTS().then(
    ({ show }) => {
      const first = generation !== currentGeneration();
      generation = currentGeneration();
      for (const listener of listeners) listener();
      return show(message, { ...options, first });
    },
    () => () => {}, // the server is away: what was done is done, and the page shows it
  );
  return () => void shown.then((close) => close());
}

/** Whether this person has been told something: before that there is nothing to show. */
export const useToasts = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      const stop = listen(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    () => generation === currentGeneration(),
  );
