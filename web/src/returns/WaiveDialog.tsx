import './texts';
import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Money } from '../components/display';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { WaiveReturnDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { isHeld } from './counts';
import type { ReturnDialogProps } from './useReturnDialogs';

/** Gives the goods up: the customer is paid back without them, or without an inspection. */
export default function WaiveDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(WaiveReturnDocument);
  const [note, setNote] = useState('');
  const { plan } = shipment.request;
  const waive = async () => {
    const input = {
      returnId: shipment.id,
      note: note.trim() || null,
      expectedVersion: shipment.version,
    };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('waiveTitle', { number: shipment.number })}
      confirmLabel={t('waive')}
      closeLabel={t('goBack')}
      alert
      danger
      busy={busy}
      onConfirm={waive}
      onClose={onClose}
    >
      <p>
        {t('waiveText')}
        {isHeld(shipment) && plan && (
          <>
            {' '}
            {t('paidBackNow')} <Money of={plan.total} />
          </>
        )}
      </p>
      <TextInput label={t('sharedNote')} value={note} onChange={setNote} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
