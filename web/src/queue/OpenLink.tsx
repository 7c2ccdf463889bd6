import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

/** Shows the details of a row beside the list, for lists whose rows have no page of their own. */
export function OpenLink({ id, children }: { id: string; children: ReactNode }) {
  const [params] = useSearchParams();
  const search = new URLSearchParams(params);
  search.set('open', id);
  return <Link to={{ search: search.toString() }}>{children}</Link>;
}
