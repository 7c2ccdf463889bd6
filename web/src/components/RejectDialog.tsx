import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import type { RejectRequestInput, RequestFieldsFragment, UserErrorFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { TextInput } from './Fields';
import { CommandError } from './feedback';
import { useCommand } from './useCommand';

type Answer = { rejectRequest: { userErrors: readonly UserErrorFieldsFragment[] } };

interface RejectDialogProps {
  request: RequestFieldsFragment;
  document: TypedDocumentNode<Answer, { input: RejectRequestInput; locale?: string | null }>;
  onDone?: () => void;
  onClose: () => void;
}

/** Asks for the reason of a rejection. */
export default function RejectDialog({ request, document, onDone, onClose }: RejectDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(document);
  const [reason, setReason] = useState('');
  const reject = async () => {
    const input = { requestId: request.id, reason, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
    onClose();
    onDone?.();
  };
  return (
    <ConfirmDialog
      title={t('rejectTitle', { number: request.number })}
      confirmLabel={t('reject')}
      closeLabel={t('goBack')}
      danger
      open
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
