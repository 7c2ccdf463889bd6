import { useState } from 'react';
import type { Column } from './description';

/** The columns that are shown, as this browser remembers them. The first one cannot be hidden. */
export function useColumns<Row>(name: string, columns: readonly Column<Row>[]) {
  const key = `retour.columns.${name}`;
  const [saved, setSaved] = useState(() => localStorage.getItem(key));
  const hidden = new Set(saved?.split(',') ?? columns.filter(({ extra }) => extra).map(({ id }) => id));
  const isShown = (id: string) => !hidden.has(id);
  const show = (id: string, on: boolean) => {
    const next = columns.map((column) => column.id).filter((one) => (one === id ? !on : hidden.has(one)));
    localStorage.setItem(key, next.join());
    setSaved(next.join());
  };
  return { isShown, show };
}
