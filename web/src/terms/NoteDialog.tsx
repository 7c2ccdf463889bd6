import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { DraftTermsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Draft, Rules } from './rules';

interface NoteDialogProps {
  rules: Rules;
  /** The draft whose note is changed; left out for a new draft. */
  draft?: Draft;
  onDone: (draft: Draft) => void;
  onClose: () => void;
}

/** Why the rules change: the first thing of a draft. */
export default function NoteDialog({ rules, draft, onDone, onClose }: NoteDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(DraftTermsDocument);
  const {
    draft: note,
    change: setNote,
    discard,
  } = useStoredDraft(`note.${draft?.id ?? 'new'}`, draft?.note ?? '');
  const save = async () => {
    const given = { rules: rules.length ? [...rules] : null, note: note.trim() || null };
    const answer = await send({
      input: { id: draft?.id ?? null, expectedVersion: draft?.version ?? null, ...given },
    });
    if (!answer?.draftTerms.terms) return;
    discard();
    onClose();
    onDone(answer.draftTerms.terms);
  };
  return (
    <ConfirmDialog
      title={t(draft ? 'changeNote' : 'draftChange')}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={save}
      onClose={onClose}
    >
      {!draft && <p>{t('draftIntro')}</p>}
      <TextInput
        label={t('draftNote')}
        hint={t('draftNoteHint')}
        value={note}
        onChange={(text) => {
          clearFailure();
          setNote(text);
        }}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
