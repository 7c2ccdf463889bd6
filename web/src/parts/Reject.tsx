import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import type { RejectRequestInput, RequestPartsFragment, UserErrorPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Ask } from './Ask';
import { useCommand } from './command';
import { Words } from './Fields';
import { Refusal } from './States';

type Answer = { rejectRequest: { userErrors: readonly UserErrorPartsFragment[] } };

interface RejectProps {
  request: RequestPartsFragment;
  document: TypedDocumentNode<Answer, { input: RejectRequestInput; locale?: string | null }>;
  onClose: () => void;
}

/** No, and why. */
export function Reject({ request, document, onClose }: RejectProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, refused } = useCommand(document);
  const [reason, setReason] = useState('');
  const reject = async () => {
    if (await send({ input: { requestId: request.id, reason, expectedVersion: request.version }, locale }))
      onClose();
  };
  return (
    <Ask
      title={t('rejectTitle', { number: request.number })}
      yes={t('reject')}
      no={t('cancel')}
      danger
      open
      busy={busy}
      onYes={reject}
      onClose={onClose}
    >
      <Words
        label={t('rejectReason')}
        hint={t('rejectReasonHint')}
        value={reason}
        long
        onChange={setReason}
      />
      <Refusal refused={refused} />
    </Ask>
  );
}
