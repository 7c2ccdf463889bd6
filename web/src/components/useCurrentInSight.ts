import { type RefObject, useEffect } from 'react';

/** Scrolls a line of links to the current one, whenever that is another: a narrow window does not show all of them. */
export function useCurrentInSight(line: RefObject<HTMLElement | null>, current: string | null) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link, which the line itself shows, has changed
  useEffect(() => {
    const links = line.current;
    const link = links?.querySelector<HTMLElement>('[aria-current]');
    if (!links || !link) return;
    // scrollIntoView would let Tab begin there, past the link that skips the menu
    const left = link.getBoundingClientRect().left - links.getBoundingClientRect().left;
    links.scrollLeft += left - (links.clientWidth - link.offsetWidth) / 2;
  }, [line, current]);
}
