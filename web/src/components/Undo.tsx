import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/I18n';
import { BusyButton } from './BusyButton';
import { CommandError } from './feedback';
import { type Payload, useCommand } from './useCommand';
import './toasts.css';

interface UndoProps<Data, Vars> {
  /** What has been done. */
  done: string;
  /** What it is about, for screen readers. */
  name: string;
  document: TypedDocumentNode<Data, Vars>;
  /** What takes it back, one command after the other. */
  commands: readonly Vars[];
  /** What is said afterwards, by the last answer. */
  undone: (answer: Data) => string;
  /** Called with that if it is said elsewhere. */
  onUndone?: (text: string) => void;
}

/** What has been done, and a button that takes it back. The server has the last word on whether that is possible. */
export function Undo<Data extends Record<string, Payload>, Vars extends { input: object }>(
  props: UndoProps<Data, Vars>,
) {
  const { done, name, document, commands, undone, onUndone } = props;
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(document);
  const [back, setBack] = useState<string | null>(null);
  const text = useRef<HTMLParagraphElement>(null);
  const sent = useRef(0); // a second try goes on where the first was refused
  useEffect(() => {
    if (back) text.current?.focus(); // the button is gone
  }, [back]);
  const undo = async () => {
    for (const command of commands.slice(sent.current)) {
      const answer = await send(command);
      if (!answer) return;
      sent.current += 1;
      if (sent.current === commands.length) (onUndone ?? setBack)(undone(answer));
    }
  };
  return (
    <div className="undo">
      <p ref={text} tabIndex={-1}>
        {back ?? done}
      </p>
      {!back && commands.length > 0 && (
        <BusyButton className="button small" label={`${t('undo')}: ${name}`} busy={busy} onPress={undo}>
          {t('undo')}
        </BusyButton>
      )}
      <CommandError failure={failure} />
    </div>
  );
}
