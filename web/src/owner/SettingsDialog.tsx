import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { type ReturnSettingsFieldsFragment, SetReturnSettingsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type TermsDraft, termsDraftOf, termsInput } from '../terms/form';
import { TermsForm } from '../terms/TermsForm';
import type { SettingsOwner } from './ReturnSettings';

interface SettingsDialogProps {
  of: SettingsOwner;
  settings: ReturnSettingsFieldsFragment | null;
  onDone: () => void;
  onClose: () => void;
}

/** The form for how returns go. They are for returns that are requested from now on. */
export default function SettingsDialog({ of, settings, onDone, onClose }: SettingsDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(SetReturnSettingsDocument);
  const [draft, setDraft] = useState(() => termsDraftOf(settings?.terms));
  const change = (part: Partial<TermsDraft>) => {
    clearFailure();
    setDraft({ ...draft, ...part });
  };
  const save = async () => {
    const input = {
      sellerId: of?.id ?? null,
      terms: termsInput(draft),
      expectedVersion: settings?.version ?? 0,
    };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('settingsOf', { name: of?.name ?? t('marketplace') })}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={save}
      onClose={onClose}
    >
      <TermsForm draft={draft} onChange={change} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
