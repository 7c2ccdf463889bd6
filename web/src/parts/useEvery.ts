import { useEffect, useRef } from 'react';

/** Run again and again while the page is seen, for what no subscription tells of. */
export function useEvery(ms: number, run: () => void) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}
