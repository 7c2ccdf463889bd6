import { type ReactNode, Suspense, useState } from 'react';
import { Spinner } from './feedback';

interface UnfoldProps {
  className?: string;
  summary: ReactNode;
  children: ReactNode;
}

/** Something to unfold, whose content is loaded only then. */
export function Unfold({ className, summary, children }: UnfoldProps) {
  const [open, setOpen] = useState(false);
  return (
    <details className={className} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && <Suspense fallback={<Spinner />}>{children}</Suspense>}
    </details>
  );
}
