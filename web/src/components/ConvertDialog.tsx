import { ConvertToReturnDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { CommandError } from './feedback';
import { useCommand } from './useCommand';

interface ConvertDialogProps {
  request: RequestFieldsFragment;
  onDone?: () => void;
  onClose: () => void;
}

/** Return instead: asks before a cancellation whose package has left becomes a return. */
export default function ConvertDialog({ request, onDone, onClose }: ConvertDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(ConvertToReturnDocument);
  const convert = async () => {
    const input = { requestId: request.id, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
    onClose();
    onDone?.();
  };
  return (
    <ConfirmDialog
      title={t('convertTitle')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      open
      busy={busy}
      onConfirm={convert}
      onClose={onClose}
    >
      <p>{t('convertText', { number: request.number })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
