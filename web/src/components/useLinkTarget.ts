import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** For the element that a link's `#id` leads to: it gets the focus, and so is scrolled to and read out. */
export function useLinkTarget(id: string) {
  const { hash, key } = useLocation();
  const target = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same link may be followed twice, with a new key
  useEffect(() => {
    if (hash === `#${id}`) target.current?.focus();
  }, [hash, key, id]);
  return target;
}
