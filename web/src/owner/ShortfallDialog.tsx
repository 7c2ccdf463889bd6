import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Money } from '../components/display';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { SettleShortfallDocument, type ShortfallFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface ShortfallDialogProps {
  plan: ShortfallFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks for the movement at the gateway that paid what refunds fall short of. */
export default function ShortfallDialog({ plan, onDone, onClose }: ShortfallDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SettleShortfallDocument);
  const [reference, setReference] = useState('');
  const settle = async () => {
    if (!(await send({ input: { planId: plan.id, reference, expectedVersion: plan.version } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('settleShortfallOf', { number: plan.request.number })}
      confirmLabel={t('settleShortfall')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={settle}
      onClose={onClose}
    >
      <p>
        {t('shortfallText')} <Money of={plan.shortfall} />
      </p>
      <TextInput label={t('reference')} hint={t('movementHint')} value={reference} onChange={setReference} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
