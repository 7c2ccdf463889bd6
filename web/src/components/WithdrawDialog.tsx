import { type RequestFieldsFragment, WithdrawRequestDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { CommandError } from './feedback';
import { useCommand } from './useCommand';

interface WithdrawDialogProps {
  request: RequestFieldsFragment;
  onDone?: () => void;
  onClose: () => void;
}

/** Asks before a request is withdrawn by who has opened it. */
export default function WithdrawDialog({ request, onDone, onClose }: WithdrawDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(WithdrawRequestDocument);
  const withdraw = async () => {
    const input = { requestId: request.id, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
    onClose();
    onDone?.();
  };
  return (
    <ConfirmDialog
      title={t('withdrawTitle')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger
      open
      busy={busy}
      onConfirm={withdraw}
      onClose={onClose}
    >
      <p>{t('withdrawText', { number: request.number })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
