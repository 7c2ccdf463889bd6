import { useCallback, useRef } from 'react';

/** A function that stays the same, so that rows that get it are not drawn anew, and does what the latest one does. */
export function useStable<Args extends unknown[]>(latest: (...args: Args) => void): (...args: Args) => void {
  const current = useRef(latest);
  current.current = latest;
  return useCallback((...args: Args) => current.current(...args), []);
}
