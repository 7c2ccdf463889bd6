import { RejectRequestDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { TextInput } from './Fields';
import { CommandError, useFaults } from './feedback';
import { useCommand } from './useCommand';
import { useStoredDraft } from './useStoredDraft';

interface RejectDialogProps {
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks for the reason of a rejection. */
export default function RejectDialog({ request, onDone, onClose }: RejectDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(RejectRequestDocument);
  const faultOf = useFaults(failure);
  const { draft: reason, change: setReason, discard } = useStoredDraft(`reject.${request.id}`, '');
  const reject = async () => {
    const input = { requestId: request.id, reason, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
    discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('rejectTitle', { number: request.number })}
      confirmLabel={t('reject')}
      closeLabel={t('goBack')}
      danger
      busy={busy}
      onConfirm={reject}
      onClose={onClose}
    >
      <TextInput
        label={t('rejectReason')}
        hint={t('rejectReasonHint')}
        value={reason}
        fault={faultOf('reason')}
        long
        first
        onChange={setReason}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
