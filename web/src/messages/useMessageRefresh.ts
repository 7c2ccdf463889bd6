import { useEffect, useRef } from 'react';
import { useRefresh } from '../graphql/LiveProvider';

const INTERVAL = 5000; // ms

/**
 * Runs `refresh` when something has changed elsewhere, and every few seconds while the page is looked at: messages are
 * made and sent after the change that they are about, and no event says so.
 */
export function useMessageRefresh(refresh: () => void) {
  useRefresh(refresh);
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || latest.current(), INTERVAL);
    return () => clearInterval(timer);
  }, []);
}
