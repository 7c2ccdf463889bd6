import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import {
  type OwnerWithdrawalsQuery,
  RejectWithdrawalDocument,
  VerifyWithdrawalDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import './unverified';

export interface Verification {
  withdrawal: OwnerWithdrawalsQuery['withdrawals']['nodes'][number];
  rejects: boolean;
}

/** Asks the owner before a withdrawal that was declared without an account is verified or rejected. */
export default function VerificationDialog({
  verification: { withdrawal, rejects },
  onDone,
  onClose,
}: DialogEnds & { verification: Verification }) {
  const { t, when, language: locale } = useI18n();
  const verify = useCommand(VerifyWithdrawalDocument);
  const reject = useCommand(RejectWithdrawalDocument);
  const [note, setNote] = useState('');
  const { number, statement, customer } = withdrawal;
  const input = { withdrawalId: withdrawal.id, expectedVersion: withdrawal.version };
  const decide = async () => {
    const answer = rejects
      ? await reject.send({ input: { ...input, note }, locale })
      : await verify.send({ input, locale });
    if (!answer) return;
    onClose();
    onDone(t(rejects ? 'withdrawalRejected' : 'withdrawalConfirmed'));
  };
  const person = [customer.name, customer.email].filter(Boolean).join(', ');
  return (
    <ConfirmDialog
      title={t(rejects ? 'rejectWithdrawalTitle' : 'verifyWithdrawalTitle', { number })}
      confirmLabel={t(rejects ? 'reject' : 'verify')}
      closeLabel={t('goBack')}
      danger={rejects}
      busy={verify.busy || reject.busy}
      onConfirm={decide}
      onClose={onClose}
    >
      <blockquote className="statement">{statement}</blockquote>
      {rejects ? (
        <>
          <p>{t('rejectWithdrawalText')}</p>
          <TextInput label={t('noteHowKnown')} value={note} long onChange={setNote} />
        </>
      ) : (
        <p>{t('verifyWithdrawalText', { at: when(withdrawal.declaredAt), customer: person })}</p>
      )}
      <CommandError failure={verify.failure ?? reject.failure} />
    </ConfirmDialog>
  );
}
