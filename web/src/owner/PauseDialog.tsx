import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { type PauseFieldsFragment, PauseRefundsDocument, ResumeRefundsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface PauseDialogProps {
  /** The pause that ends; null if one begins. */
  pause: PauseFieldsFragment | null;
  onDone: () => void;
  onClose: () => void;
}

/** Asks why no refund is to be sent, or what has come of it. */
export default function PauseDialog({ pause, onDone, onClose }: PauseDialogProps) {
  const { t } = useI18n();
  const begins = useCommand(PauseRefundsDocument);
  const ends = useCommand(ResumeRefundsDocument);
  const { draft: text, change: setText, discard } = useStoredDraft(pause ? 'resume' : 'pause', '');
  const name = t(pause ? 'resumeRefunds' : 'pauseRefunds');
  const send = async () => {
    const answer = pause
      ? await ends.send({ input: { note: text.trim() || null } })
      : await begins.send({ input: { reason: text } });
    if (!answer) return;
    discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={name}
      confirmLabel={name}
      closeLabel={t('goBack')}
      danger={!pause}
      busy={begins.busy || ends.busy}
      onConfirm={send}
      onClose={onClose}
    >
      <p>{pause ? t('resumeText') : t('pauseText')}</p>
      {pause && pause.underWay > 0 && <p>{t('underWay', { count: pause.underWay })}</p>}
      <TextInput label={t(pause ? 'decisionNote' : 'pauseReason')} value={text} long onChange={setText} />
      <CommandError failure={begins.failure ?? ends.failure} />
    </ConfirmDialog>
  );
}
