import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { type ObjectionGround, ObjectToWithdrawalDocument, type RequestFieldsFragment } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';

const GROUNDS = Object.keys(ENUM_LABELS.objection) as ObjectionGround[];

interface ObjectDialogProps {
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks on what ground the seller objects to a withdrawal. */
export default function ObjectDialog({ request, onDone, onClose }: ObjectDialogProps) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(ObjectToWithdrawalDocument);
  const { draft, change, discard } = useStoredDraft(`object.${request.id}`, {
    ground: 'EXEMPT' as ObjectionGround,
    note: '',
  });
  const { ground, note } = draft;
  const object = async () => {
    const input = {
      requestId: request.id,
      ground,
      note: note.trim() || null,
      expectedVersion: request.version,
    };
    if (!(await send({ input, locale }))) return;
    discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('objectTitle', { number: request.number })}
      confirmLabel={t('object')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={object}
      onClose={onClose}
    >
      <p>{t('objectText')}</p>
      <SelectField
        label={t('ground')}
        options={GROUNDS.map((id) => ({ id, label: enumLabel('objection', id) }))}
        value={ground}
        onChange={(next) => change({ ...draft, ground: next })}
      />
      <TextInput
        label={t('objectionNote')}
        value={note}
        long
        onChange={(next) => change({ ...draft, note: next })}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
