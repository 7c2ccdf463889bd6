import './texts';
import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Money } from '../components/display';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import { type Bearer, LoseReturnDocument } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { isHeld } from './counts';
import type { ReturnDialogProps } from './useReturnDialogs';

const BEARERS = Object.keys(ENUM_LABELS.bearer) as Bearer[];

/** The goods are lost: somebody bears it and the customer is paid back, or the money waits on. */
export default function LoseDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t, enumLabel } = useI18n();
  const { send, busy, failure } = useCommand(LoseReturnDocument);
  const [bearer, setBearer] = useState<Bearer | ''>('');
  const [note, setNote] = useState('');
  const { plan } = shipment.request;
  const lose = async () => {
    const input = {
      returnId: shipment.id,
      bearer: bearer || null,
      note: note.trim() || null,
      expectedVersion: shipment.version,
    };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('loseTitle', { number: shipment.number })}
      confirmLabel={t('lose')}
      closeLabel={t('goBack')}
      danger
      busy={busy}
      onConfirm={lose}
      onClose={onClose}
    >
      <SelectField<Bearer | ''>
        label={t('lossBearer')}
        options={[
          { id: '', label: t('nobodyYet') },
          ...BEARERS.map((id) => ({ id, label: enumLabel('bearer', id) })),
        ]}
        value={bearer}
        onChange={setBearer}
      />
      <p className="quiet" role="status">
        {bearer && isHeld(shipment) && plan ? (
          <>
            {t('paidBackNow')} <Money of={plan.total} />
          </>
        ) : (
          t('lossWaits')
        )}
      </p>
      <TextInput label={t('sharedNote')} value={note} onChange={setNote} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
