import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField, TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import {
  type ReasonAudience,
  type ReasonFieldsFragment,
  type TransactionType,
  UpsertReasonDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { TextsFields, textsOf } from './TextsFields';

const AUDIENCES: readonly ReasonAudience[] = ['CUSTOMER', 'SELLER', 'OWNER'];
const TYPES: readonly TransactionType[] = ['CANCEL', 'REFUND'];
const MOST_POSITION = 10_000;

interface ReasonDialogProps {
  /** The reason that is changed; null for a new one. */
  reason: ReasonFieldsFragment | null;
  onDone: () => void;
  onClose: () => void;
}

function draftOf(reason: ReasonFieldsFragment | null) {
  return {
    handle: reason?.handle ?? '',
    transaction: reason?.transaction ?? ('CANCEL' as TransactionType),
    audiences: reason?.audiences ?? (['CUSTOMER', 'OWNER'] as ReasonAudience[]),
    active: reason?.active ?? true,
    needsNote: reason?.needsNote ?? false,
    goodsWithCustomer: reason?.goodsWithCustomer ?? true,
    position: reason?.position ?? null,
    texts: textsOf(reason?.labels.map(({ locale, label }) => ({ locale, text: label }))),
  };
}

/** The form for a reason. Requests keep the label that was shown when they were made. */
export default function ReasonDialog({ reason, onDone, onClose }: ReasonDialogProps) {
  const { t, enumLabel } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(UpsertReasonDocument);
  const [draft, setDraft] = useState(() => draftOf(reason));
  const change = (part: Partial<typeof draft>) => {
    clearFailure();
    setDraft({ ...draft, ...part });
  };
  const save = async () => {
    const { texts, ...columns } = draft;
    const labels = texts.map(({ locale, text }) => ({ locale, label: text }));
    const input = { ...columns, labels, expectedVersion: reason?.version ?? null };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  const title = reason ? t('changeReason', { name: reason.handle }) : t('addReason');
  return (
    <ConfirmDialog
      title={title}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={save}
      onClose={onClose}
    >
      {!reason && (
        <TextInput
          label={t('handle')}
          hint={t('handleHint')}
          value={draft.handle}
          onChange={(handle) => change({ handle })}
        />
      )}
      <SelectField
        label={t('transaction')}
        options={TYPES.map((id) => ({ id, label: enumLabel('requestTransaction', id) }))}
        value={draft.transaction}
        onChange={(transaction) => change({ transaction })}
      />
      <fieldset className="choices">
        <legend>{t('offeredTo')}</legend>
        {AUDIENCES.map((audience) => (
          <CheckboxField
            key={audience}
            label={enumLabel('role', audience)}
            selected={draft.audiences.includes(audience)}
            onChange={(chosen) =>
              change({
                audiences: AUDIENCES.filter((each) =>
                  each === audience ? chosen : draft.audiences.includes(each),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <CheckboxField
        label={t('isOffered')}
        selected={draft.active}
        onChange={(active) => change({ active })}
      />
      <CheckboxField
        label={t('needsNote')}
        selected={draft.needsNote}
        onChange={(needsNote) => change({ needsNote })}
      />
      {draft.transaction === 'REFUND' && (
        <CheckboxField
          label={t('goodsWithCustomer')}
          selected={draft.goodsWithCustomer}
          onChange={(goodsWithCustomer) => change({ goodsWithCustomer })}
        />
      )}
      {draft.position !== null && (
        <QuantityField
          label={t('positionInList')}
          value={draft.position}
          min={0}
          max={MOST_POSITION}
          onChange={(position) => change({ position })}
        />
      )}
      <TextsFields texts={draft.texts} onChange={(texts) => change({ texts })} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
