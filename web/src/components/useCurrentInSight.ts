import { type RefObject, useEffect } from 'react';

/** Scrolls a line of links to the current one, whenever that is another: a narrow window does not show all of them. */
export function useCurrentInSight(line: RefObject<HTMLElement | null>, current: string | null) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link, which the line itself shows, has changed
  useEffect(() => {
    const link = line.current?.querySelector('[aria-current]');
    link?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [line, current]);
}
