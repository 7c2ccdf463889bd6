import { Button } from 'react-aria-components/Button';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { usePageDialog } from '../components/usePageDialog';
import { type MessageFieldsFragment, ResendMessageDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Sent = Pick<MessageFieldsFragment, 'id' | 'subject' | 'address' | 'state'>;

/** The dialog before a message is sent again, and the way to open it. */
export function useResending(refresh: () => void) {
  const { t } = useI18n();
  return usePageDialog<Sent>((message, { onDone, onClose }) => (
    <ResendDialog
      message={message}
      onDone={() => {
        onDone(t('resent', { address: message.address }));
        refresh();
      }}
      onClose={onClose}
    />
  ));
}

/** Opens that dialog, unless the message is still to be sent. */
export function ResendButton({ message, onPress }: { message: Sent; onPress: (message: Sent) => void }) {
  const { t } = useI18n();
  if (message.state === 'PENDING' || message.state === 'PROCESSING' || !message.subject) return null;
  return (
    <Button
      className="button small"
      aria-label={t('resendOf', { subject: message.subject })}
      onPress={() => onPress(message)}
    >
      {t('resend')}
    </Button>
  );
}

interface ResendDialogProps {
  message: Sent;
  onDone: () => void;
  onClose: () => void;
}

function ResendDialog({ message, onDone, onClose }: ResendDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(ResendMessageDocument);
  const resend = async () => {
    if (!(await send({ input: { messageId: message.id } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('resendTitle')}
      confirmLabel={t('resend')}
      closeLabel={t('goBack')}
      alert
      busy={busy}
      onConfirm={resend}
      onClose={onClose}
    >
      <p>{t(message.state === 'SENT' ? 'resendSentText' : 'resendText', { address: message.address })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
