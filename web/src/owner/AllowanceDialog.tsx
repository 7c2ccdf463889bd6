import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError, useFaults } from '../components/feedback';
import { RefundPreview } from '../components/RefundPreview';
import { EVERY_BEARER, useAdjustments } from '../components/useAdjustments';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { PreviewAllowanceDocument, RefundAllowanceDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const KINDS = ['ALLOWANCE', 'SHIPPING', 'REVERSAL'] as const;

interface AllowanceDialogProps {
  orderId: string;
  onDone: (message: string) => void;
  onClose: () => void;
}

/** Pays money back without units: goodwill, shipping, or what was kept before. */
export default function AllowanceDialog({ orderId, onDone, onClose }: AllowanceDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(RefundAllowanceDocument);
  const faultOf = useFaults(failure);
  const { draft: note, change: setNote, discard } = useStoredDraft(`allowance.${orderId}`, '');
  const [possible, setPossible] = useState(false);
  const adjustments = useAdjustments(
    { name: `allowance.${orderId}`, orderId, kinds: KINDS, bearers: EVERY_BEARER },
    { begun: true },
  );
  const { fields, input, forPreview, incomplete } = adjustments;
  const refund = async () => {
    const answer = await send({
      input: { orderId, adjustments: input ?? [], note: note.trim() || null },
      locale,
    });
    if (!answer) return;
    discard();
    adjustments.discard();
    onClose();
    onDone(answer.refundAllowance.message ?? t('done'));
  };
  return (
    <ConfirmDialog
      title={t('refundAllowance')}
      confirmLabel={t('refundNow')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={forPreview !== null && possible}
      onConfirm={refund}
      onClose={onClose}
    >
      <p>{t('refundAllowanceText')}</p>
      {fields}
      <TextInput
        label={t('decisionNote')}
        hint={t('allowanceNoteHint')}
        value={note}
        fault={faultOf('note')}
        long
        onChange={setNote}
      />
      {forPreview && (
        <RefundPreview
          document={PreviewAllowanceDocument}
          input={{ orderId, adjustments: forPreview }}
          incomplete={incomplete}
          onPossibleChange={setPossible}
        />
      )}
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
