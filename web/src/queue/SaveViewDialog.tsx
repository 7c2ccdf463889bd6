import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField, TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { SaveViewDocument, type ViewedList } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { loadDialogTexts } from './dialogTexts';

loadDialogTexts();

interface SaveViewDialogProps {
  list: ViewedList;
  query: string;
  onDone: () => void;
  onClose: () => void;
}

/** Keeps what a list shows under a name, for oneself or for all colleagues. */
export default function SaveViewDialog({ list, query, onDone, onClose }: SaveViewDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SaveViewDocument);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = async () => {
    if (!(await send({ input: { list, query, name, shared } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('saveView')}
      confirmLabel={t('keysSave')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={name.trim() !== ''}
      onConfirm={save}
      onClose={onClose}
    >
      <TextInput label={t('viewName')} value={name} onChange={setName} onEnter={save} />
      <CheckboxField label={t('viewForAll')} selected={shared} onChange={setShared} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
