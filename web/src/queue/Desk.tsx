import { lazy, Suspense, startTransition, useCallback, useEffect, useRef, useState } from 'react';
import type { Page } from '../components/Shell';
import type { Hit } from './CommandMenu';
import { useKeys } from './useKeys';

const CommandMenu = lazy(() => import('./CommandMenu'));
const KeysDialog = lazy(() => import('./KeysDialog'));

interface DeskProps {
  pages: readonly Page[];
  /** Where something that a search has found is shown. */
  pathOf: (hit: Hit) => string;
}

/** What is at hand on every page of a seat: the command menu at Ctrl+K or ⌘K, and the list of the keys at "?". */
export function Desk({ pages, pathOf }: DeskProps) {
  const [shown, setShown] = useState<'menu' | 'keys' | null>(null);
  const show = (dialog: 'menu' | 'keys') => startTransition(() => setShown(dialog));
  useKeys({ '?': () => show('keys') });
  /** What is typed while the menu's file is on its way; null if none is. */
  const early = useRef<string | null>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey } = event;
      if (ctrlKey || metaKey) {
        if (key.toLowerCase() !== 'k' || document.querySelector('.overlay')) return;
        early.current ??= '';
        startTransition(() => setShown('menu'));
      } else if (early.current === null) return;
      else if (key === 'Backspace') early.current = early.current.slice(0, -1);
      else if (key.length === 1) early.current += key;
      else if (key !== 'Enter') return;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener('keydown', press, true); // before a letter does what it stands for
    return () => document.removeEventListener('keydown', press, true);
  }, []);
  const typed = useCallback(() => {
    const text = early.current ?? '';
    early.current = null;
    return text;
  }, []);
  const close = () => setShown(null);
  return (
    <Suspense>
      {shown === 'menu' && (
        <CommandMenu
          pages={pages}
          pathOf={pathOf}
          typed={typed}
          onKeys={() => show('keys')}
          onClose={close}
        />
      )}
      {shown === 'keys' && <KeysDialog onClose={close} />}
    </Suspense>
  );
}
