import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { type AdministeredSellerFragment, SetSellerEmailDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';

interface EmailDialogProps {
  seller: AdministeredSellerFragment;
  onDone: () => void;
  onClose: () => void;
}

/** The address that a seller's messages go to; empty for none. */
export default function EmailDialog({ seller, onDone, onClose }: EmailDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SetSellerEmailDocument);
  const [email, setEmail] = useState(seller.email ?? '');
  const save = async () => {
    if (!(await send({ input: { sellerId: seller.id, email: email.trim() || null } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('changeAddressOf', { name: seller.name })}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={save}
      onClose={onClose}
    >
      <TextInput label={t('customerEmail')} hint={t('noAddress')} value={email} onChange={setEmail} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
