import { useEffect, useState } from 'react';

const TYPING_PAUSE = 300; // ms

/** A value that is typed, once the typing has paused. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
