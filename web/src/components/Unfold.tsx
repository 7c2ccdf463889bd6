import { type ReactNode, Suspense, useState } from 'react';
import { Spinner } from './feedback';

/** Something to unfold, whose content is loaded only then. */
export function Unfold({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && <Suspense fallback={<Spinner />}>{children}</Suspense>}
    </details>
  );
}
