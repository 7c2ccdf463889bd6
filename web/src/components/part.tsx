import { type ComponentType, createElement, lazy, useState } from 'react';
import { matchPath } from 'react-router';

interface Module<Props> {
  default: ComponentType<Props>;
  /** What it shows first, which is loaded as well. */
  first?: Promise<unknown> | undefined;
}

/**
 * A component whose file is loaded when it is first shown, or before by `load`. Once it is there, it is shown at once:
 * of a promise React shows the outline first, even of one that is kept, and an outline stays for 0.3 s.
 */
export function part<Props extends object = object>(file: () => Promise<Module<Props>>) {
  let loaded: ComponentType<Props> | undefined;
  const load = async () => {
    const module = await file();
    await module.first;
    loaded = module.default;
    return module;
  };
  const later: ComponentType<Props> = lazy(load);
  function Part(props: Props) {
    const [Shown] = useState(() => loaded ?? later);
    return createElement(Shown, props);
  }
  return Object.assign(Part, { load });
}

/** Pages of a seat by their paths. */
export type Pages = readonly (readonly [path: string, Page: ReturnType<typeof part>])[];

/** Loads the page of this address. If that fails, it is loaded again when it is shown. */
export function loadPage(seat: string, pages: Pages): Promise<unknown> | undefined {
  const found = pages.find(([path]) => matchPath(`/${seat}/${path}`, location.pathname));
  return found?.[1].load().catch(() => {});
}
