import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

interface BusyButtonProps {
  className?: string;
  /** For screen readers, if the text alone does not say what it is about. */
  label?: string | undefined;
  /** A command is under way. */
  busy?: boolean;
  /** Whether it can be pressed at all. */
  possible?: boolean;
  onPress: () => void;
  children: ReactNode;
}

/** Sends a command. While it cannot be pressed it keeps the focus, which a disabled button would lose. */
export function BusyButton(props: BusyButtonProps) {
  const { className = 'button', label, busy = false, possible = true, onPress, children } = props;
  const waits = busy || !possible;
  return (
    <Button
      className={className}
      {...(label ? { 'aria-label': label } : {})}
      aria-disabled={waits}
      onPress={() => waits || onPress()}
    >
      {children}
    </Button>
  );
}
