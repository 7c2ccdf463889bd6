import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Button } from 'react-aria-components/Button';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { usePageDialog } from '../components/usePageDialog';
import {
  ClearBounceDocument,
  type MessageFieldsFragment,
  ResendMessageDocument,
  type UserErrorFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

type Sent = Pick<MessageFieldsFragment, 'id' | 'subject' | 'address' | 'state'>;

interface Question {
  document: TypedDocumentNode<
    Record<string, { userErrors: readonly UserErrorFieldsFragment[] }>,
    { input: { messageId: string } }
  >;
  title: 'resendTitle' | 'clearBounceTitle';
  text: (message: Sent) => 'resendText' | 'resendSentText' | 'clearBounceText';
  done: 'resent' | 'bounceCleared';
}

const QUESTIONS: Record<'resend' | 'clearBounce', Question> = {
  resend: {
    document: ResendMessageDocument,
    title: 'resendTitle',
    text: ({ state }: Sent) => (state === 'SENT' ? 'resendSentText' : 'resendText'),
    done: 'resent',
  },
  clearBounce: {
    document: ClearBounceDocument,
    title: 'clearBounceTitle',
    text: () => 'clearBounceText',
    done: 'bounceCleared',
  },
};

interface Asked {
  /** Whether the message is sent again, or later ones go to its address again. */
  question: keyof typeof QUESTIONS;
  message: Sent;
}

/** The dialog before something is done with a message, and the way to open it. */
export function useQuestions(refresh: () => void) {
  const { t } = useI18n();
  return usePageDialog<Asked>((asked, { onDone, onClose }) => (
    <MessageDialog
      {...asked}
      onDone={() => {
        onDone(t(QUESTIONS[asked.question].done, { address: asked.message.address }));
        refresh();
      }}
      onClose={onClose}
    />
  ));
}

interface MessageActionsProps {
  message: Sent;
  onAsk: (asked: Asked) => void;
}

/** What can be done with a message: to send it again once it was tried, and to trust an address that it bounced from. */
export function MessageActions({ message, onAsk }: MessageActionsProps) {
  const { t } = useI18n();
  const { state, subject, address } = message;
  const isOpen = state === 'PENDING' || state === 'PROCESSING';
  return (
    <>
      {!isOpen && subject && (
        <May action="RESEND_MESSAGE">
          <Button
            className="button small"
            aria-label={t('resendOf', { subject })}
            onPress={() => onAsk({ question: 'resend', message })}
          >
            {t('resend')}
          </Button>
        </May>
      )}
      {state === 'BOUNCED' && (
        <May action="CLEAR_BOUNCE">
          <Button
            className="button small"
            aria-label={t('clearBounceOf', { address })}
            onPress={() => onAsk({ question: 'clearBounce', message })}
          >
            {t('clearBounce')}
          </Button>
        </May>
      )}
    </>
  );
}

interface MessageDialogProps extends Asked {
  onDone: () => void;
  onClose: () => void;
}

function MessageDialog({ question, message, onDone, onClose }: MessageDialogProps) {
  const { t } = useI18n();
  const { document, title, text } = QUESTIONS[question];
  const { send, busy, failure } = useCommand(document);
  const confirm = async () => {
    if (!(await send({ input: { messageId: message.id } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t(title)}
      confirmLabel={t(question)}
      closeLabel={t('goBack')}
      alert
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t(text(message), { address: message.address })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
