import { useState } from 'react';
import { RejectRequestDocument, type RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { TextInput } from './Fields';
import { CommandError } from './feedback';
import { useCommand } from './useCommand';

interface RejectDialogProps {
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks for the reason of a rejection. */
export default function RejectDialog({ request, onDone, onClose }: RejectDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(RejectRequestDocument);
  const [reason, setReason] = useState('');
  const reject = async () => {
    const input = { requestId: request.id, reason, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
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
        long
        onChange={setReason}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
