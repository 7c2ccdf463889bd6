import { type ReactNode, Suspense, startTransition, useEffect, useRef, useState } from 'react';
import { toast } from './toast';

export interface DialogEnds {
  /** Called with what is said on the page afterwards, and perhaps a way to undo it. */
  onDone: (message: ReactNode) => void;
  onClose: () => void;
}

/**
 * A dialog that belongs to the page and not to an entry of its list: a list that changes meanwhile leaves it open.
 * Afterwards the focus is on the message that it is done.
 */
export function usePageDialog<Subject>(render: (subject: Subject, ends: DialogEnds) => ReactNode) {
  const [subject, setSubject] = useState<Subject | null>(null);
  const [done, setDone] = useState<ReactNode>(null);
  const close = useRef(() => {});
  useEffect(() => {
    if (!done || subject) return; // only after the dialog has closed, which holds the focus
    close.current = toast(done, { focus: true });
    setDone(null);
  }, [done, subject]);
  const open = (next: Subject) => {
    close.current();
    startTransition(() => setSubject(next)); // it waits for the file of the dialog, and no longer
  };
  const dialog = (
    <Suspense>{subject && render(subject, { onDone: setDone, onClose: () => setSubject(null) })}</Suspense>
  );
  return { open, dialog };
}
