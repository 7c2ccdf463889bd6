import { lazy, Suspense, startTransition, useEffect, useState } from 'react';
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
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      if (document.querySelector('.overlay')) return;
      event.preventDefault();
      startTransition(() => setShown('menu'));
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  const close = () => setShown(null);
  return (
    <Suspense>
      {shown === 'menu' && (
        <CommandMenu pages={pages} pathOf={pathOf} onKeys={() => show('keys')} onClose={close} />
      )}
      {shown === 'keys' && <KeysDialog onClose={close} />}
    </Suspense>
  );
}
