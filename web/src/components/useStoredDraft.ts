import { useEffect, useMemo, useState } from 'react';
import { draftKey } from '../session/drafts';
import { personOf } from '../session/tabs';
import { currentToken } from '../session/token';

/**
 * What is being written, which neither a reload of the page nor the end of the session loses. `start` is what it begins
 * with; what is the same again is forgotten. The name says what it is about, and of which version if that matters.
 */
export function useStoredDraft<Draft>(name: string, start: Draft) {
  const key = useMemo(() => draftKey(personOf(currentToken() ?? ''), name), [name]);
  const [stored, setStored] = useState(() => sessionStorage.getItem(key));
  const changed = stored !== null && stored !== JSON.stringify(start);
  useEffect(() => {
    if (changed) sessionStorage.setItem(key, stored);
    else sessionStorage.removeItem(key);
  }, [key, stored, changed]);
  const written = useMemo(() => (stored === null ? null : (JSON.parse(stored) as Draft)), [stored]);
  return {
    draft: changed && written !== null ? written : start,
    changed,
    change: (next: Draft) => setStored(JSON.stringify(next)),
    /** Forgets it, also if the form is gone at once. */
    discard: () => {
      sessionStorage.removeItem(key);
      setStored(null);
    },
  };
}
