import { useEffect, useState } from 'react';

/**
 * What is being written, which a reload of the page does not lose. `start` is what it begins with; what is the same
 * again is forgotten.
 */
export function useStoredDraft<Draft>(name: string, start: Draft) {
  const key = `retour.draft.${name}`;
  const [stored, setStored] = useState(() => sessionStorage.getItem(key));
  const changed = stored !== null && stored !== JSON.stringify(start);
  useEffect(() => {
    if (changed) sessionStorage.setItem(key, stored);
    else sessionStorage.removeItem(key);
  }, [key, stored, changed]);
  const draft = changed ? (JSON.parse(stored) as Draft) : start;
  return {
    draft,
    changed,
    change: (next: Draft) => setStored(JSON.stringify(next)),
    discard: () => setStored(null),
  };
}
