import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { Undo } from '../components/Undo';
import type { DialogEnds } from '../components/usePageDialog';
import { DraftTermsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Draft, draftInput, placed, rulesOf, useDraft } from './rules';

interface RemoveRuleDialogProps extends DialogEnds {
  draft: Draft;
  place: number;
}

/** Asks before a rule is taken out of a draft. */
export default function RemoveRuleDialog({ draft, place, onDone, onClose }: RemoveRuleDialogProps) {
  const { t } = useI18n();
  const { save, busy, failure } = useDraft(draft);
  const rules = rulesOf(draft);
  const name = rules[place]?.name ?? '';
  const remove = async () => {
    const rest = (await save(placed(rules, place, null)))?.draftTerms.terms;
    if (!rest) return;
    onClose();
    onDone(
      <Undo
        done={t('ruleRemoved', { name })}
        name={name}
        document={DraftTermsDocument}
        commands={[{ input: draftInput(rest, rules) }]}
        undone={() => t('ruleBack', { name })}
      />,
    );
  };
  return (
    <ConfirmDialog
      title={t('removeRule', { name })}
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
