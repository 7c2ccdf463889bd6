import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { useStoredDraft } from '../components/useStoredDraft';
import { useI18n } from '../i18n/I18n';
import { isForAll, matcherDraftOf, matcherInput, termsDraftOf, termsInput } from './form';
import { MatcherForm } from './MatcherForm';
import { type Draft, placed, placeOfNew, rulesOf, useDraft } from './rules';
import { TermsForm } from './TermsForm';

interface RuleDialogProps {
  draft: Draft;
  /** The place of the rule that is changed; null for a new one. */
  place: number | null;
  onDone: () => void;
  onClose: () => void;
}

/** The form for a rule of a draft: its name and place, what it matches, and what it says of it. */
export default function RuleDialog({ draft, place, onDone, onClose }: RuleDialogProps) {
  const { t } = useI18n();
  const { save, busy, failure, clearFailure } = useDraft(draft);
  const present = place === null ? undefined : draft.rules[place];
  const [start] = useState(() => {
    const like = present ?? draft.rules.find(isForAll); // a new rule is mostly an exception to that one
    return {
      name: present?.name ?? '',
      to: place ?? placeOfNew(draft),
      matcher: matcherDraftOf(present?.matcher),
      terms: termsDraftOf(like?.terms),
    };
  });
  const stored = useStoredDraft(`rule.${draft.id}.${draft.version}.${place ?? 'new'}`, start);
  const rule = stored.draft;
  const change = (part: Partial<typeof rule>) => {
    clearFailure();
    stored.change({ ...rule, ...part });
  };
  const rules = placed(
    rulesOf(draft),
    place,
    { name: rule.name, matcher: matcherInput(rule.matcher), terms: termsInput(rule.terms) },
    rule.to,
  );
  const confirm = async () => {
    if (!(await save(rules))) return;
    stored.discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={present ? t('changeRule', { name: present.name }) : t('addRule')}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      wide
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className="columns">
        <div className="dialog-body">
          <TextInput label={t('ruleName')} value={rule.name} onChange={(name) => change({ name })} />
          <QuantityField
            label={t('positionInList')}
            value={rule.to + 1}
            max={rules.length}
            onChange={(number) => change({ to: number - 1 })}
          />
          <MatcherForm
            draft={rule.matcher}
            onChange={(part) => change({ matcher: { ...rule.matcher, ...part } })}
          />
        </div>
        <div className="dialog-body">
          <TermsForm draft={rule.terms} onChange={(part) => change({ terms: { ...rule.terms, ...part } })} />
        </div>
      </div>
      <CommandError failure={failure} nameOf={(index) => rules[index]?.name} />
    </ConfirmDialog>
  );
}
