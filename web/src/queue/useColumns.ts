import { useMemo, useState } from 'react';
import type { Column } from './description';

/** The columns of a list, and those that are shown, as this browser remembers them. The first one cannot be hidden. */
export function useColumns<Row>(name: string, columns: readonly Column<Row>[]) {
  const key = `retour.columns.${name}`;
  const [saved, setSaved] = useState(() => localStorage.getItem(key));
  const shown = useMemo(() => {
    const hidden = new Set(saved?.split(',') ?? columns.filter(({ extra }) => extra).map(({ id }) => id));
    return columns.filter(({ id }, index) => index === 0 || !hidden.has(id));
  }, [columns, saved]);
  const isShown = (id: string) => shown.some((column) => column.id === id);
  const show = (id: string, on: boolean) => {
    const hidden = columns.filter((column) => (column.id === id ? !on : !isShown(column.id)));
    const next = hidden.map((column) => column.id).join();
    localStorage.setItem(key, next);
    setSaved(next);
  };
  return { shown, isShown, show };
}
