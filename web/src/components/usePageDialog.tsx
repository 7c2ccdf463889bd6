import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Note } from './feedback';

export interface DialogEnds {
  /** Called with what is said on the page afterwards, and perhaps a way to undo it. */
  onDone: (message: ReactNode) => void;
  onClose: () => void;
}

/**
 * A dialog that belongs to the page and not to an entry of its list: a list that changes meanwhile leaves it open.
 * Afterwards the focus is on the message that it is done. `say` shows a message of what needed no dialog.
 */
export function usePageDialog<Subject>(render: (subject: Subject, ends: DialogEnds) => ReactNode) {
  const [subject, setSubject] = useState<Subject | null>(null);
  const [done, setDone] = useState<ReactNode>(null);
  const message = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done && !subject) message.current?.focus(); // only after the dialog has closed, which holds the focus
  }, [done, subject]);
  const open = (next: Subject) => {
    setDone(null);
    setSubject(next);
  };
  const dialog = (
    <>
      <div ref={message} tabIndex={-1}>
        {done && <Note tone="good">{done}</Note>}
      </div>
      <Suspense>{subject && render(subject, { onDone: setDone, onClose: () => setSubject(null) })}</Suspense>
    </>
  );
  return { open, say: setDone, dialog };
}
