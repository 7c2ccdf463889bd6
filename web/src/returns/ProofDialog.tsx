import './texts';
import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { SendReturnDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ProofFields, proofInput } from './ProofFields';
import type { ReturnDialogProps } from './useReturnDialogs';

/** The seller or the owner says that the goods were sent, and has checked the proof of it. */
export default function ProofDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SendReturnDocument);
  const [proof, setProof] = useState({
    trackingNumber: shipment.trackingNumber ?? '',
    dropOff: shipment.dropOff ?? '',
  });
  const confirm = async () => {
    const input = { returnId: shipment.id, ...proofInput(proof), expectedVersion: shipment.version };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('proofTitle', { number: shipment.number })}
      confirmLabel={t('proof')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t('proofText')}</p>
      <ProofFields proof={proof} onChange={setProof} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
