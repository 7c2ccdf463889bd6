import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { isMoment, MomentField, momentInput } from '../components/MomentField';
import { useCommand } from '../components/useCommand';
import { PublishTermsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Draft } from './rules';

interface PublishDialogProps {
  draft: Draft;
  onDone: () => void;
  /** The page may be out of date: another version may have been published meanwhile. */
  onRefused: () => void;
  onClose: () => void;
}

/** Asks before a draft is published, at once or at a moment. A published version is never changed. */
export default function PublishDialog({ draft, onDone, onRefused, onClose }: PublishDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(PublishTermsDocument);
  const [moment, setMoment] = useState<string | null>(null);
  const publish = async () => {
    const input = { id: draft.id, at: momentInput(moment), expectedVersion: draft.version };
    if (!(await send({ input }))) return onRefused();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('publishTermsTitle')}
      confirmLabel={t('publish')}
      closeLabel={t('goBack')}
      alert
      busy={busy}
      canConfirm={isMoment(moment)}
      onConfirm={publish}
      onClose={onClose}
    >
      <p>{t('publishTermsText')}</p>
      <MomentField
        value={moment}
        onChange={(at) => {
          clearFailure();
          setMoment(at);
        }}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
