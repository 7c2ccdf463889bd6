import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useI18n } from '../i18n/I18n';
import { type Draft, placed, rulesOf, useDraft } from './rules';

interface RemoveRuleDialogProps {
  draft: Draft;
  place: number;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before a rule is taken out of a draft. */
export default function RemoveRuleDialog({ draft, place, onDone, onClose }: RemoveRuleDialogProps) {
  const { t } = useI18n();
  const { save, busy, failure } = useDraft(draft);
  const rules = rulesOf(draft);
  const remove = async () => {
    if (!(await save(placed(rules, place, null)))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('removeRule', { name: rules[place]?.name ?? '' })}
      confirmLabel={t('remove')}
      closeLabel={t('goBack')}
      alert
      danger
      busy={busy}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t('removeRuleText')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
