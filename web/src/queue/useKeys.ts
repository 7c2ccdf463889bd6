import { useEffect, useRef } from 'react';

const STORAGE_KEY = 'retour.keys';

/** Whether keys of one letter do something: some assistive technology types letters of its own accord. */
export const keysAreOn = () => localStorage.getItem(STORAGE_KEY) !== 'off';
export const setKeysOn = (on: boolean) => localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=checkbox]), select, textarea, [contenteditable]');

/** Calls what a key stands for, unless somebody is typing or a dialog is open. */
export function useKeys(actions: Record<string, () => void>) {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, defaultPrevented, target } = event;
      const action = latest.current[key];
      if (!action || defaultPrevented || ctrlKey || metaKey || altKey) return;
      if (isTyping(target) || document.querySelector('.overlay')) return;
      if (key.length === 1 && !keysAreOn()) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
