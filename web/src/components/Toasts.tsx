import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { keepFocus } from './keepFocus';
import type { ToastOptions } from './toast';
import './toasts.css';

const SHOWN = 20_000; // ms; time stands still while the pointer or the focus is on a message
const AT_ONCE = 3; // messages

interface Message {
  message: ReactNode;
  focus: boolean;
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: AT_ONCE });

/** Shows a message, as the first of a person without those before; returns what takes it away. */
export function show(
  message: ReactNode,
  { focus = false, first }: ToastOptions & { first: boolean },
): () => void {
  if (first) queue.clear();
  const key = queue.add({ message, focus }, { timeout: SHOWN, onClose: keepFocus });
  return () => queue.close(key);
}

/** The messages about what has happened, at the bottom of the window: F6 leads there. */
export default function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast }) => (
        <Toast toast={toast} className="toast">
          <Said {...toast.content} />
          <Button slot="close" className="button small close" />
        </Toast>
      )}
    </ToastRegion>
  );
}

/** Read politely: once it is there, because screen readers miss what comes with its live region. */
function Said({ message, focus }: Message) {
  const text = useRef<HTMLDivElement>(null);
  const [there, setThere] = useState(false);
  useEffect(() => {
    setThere(true);
    if (focus) text.current?.focus();
  }, [focus]);
  return (
    <ToastContent className="said" role="status" aria-hidden={!there || undefined}>
      <Text slot="title" elementType="div" ref={text} tabIndex={-1}>
        {message}
      </Text>
    </ToastContent>
  );
}
