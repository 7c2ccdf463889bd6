import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { type ItemSelection, itemInput, newSelection } from '../components/itemSelection';
import { RefundPreview } from '../components/RefundPreview';
import SelectionFields from '../components/SelectionFields';
import { useCommand } from '../components/useCommand';
import { CancelItemsDocument, type PackageFieldsFragment, PreviewReturnDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface CancelItemsDialogProps {
  orderId: string;
  /** The package whose items cannot be sent. */
  pkg: PackageFieldsFragment;
  onDone: (message: string) => void;
  onClose: () => void;
}

/** The seller cancels what it cannot send: which items, how many units, and why. */
export default function CancelItemsDialog({ orderId, pkg, onDone, onClose }: CancelItemsDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(CancelItemsDocument);
  const [selections, setSelections] = useState<Record<string, ItemSelection>>({});
  const choices = pkg.items.filter((item) => (item.eligibility?.quantity ?? 0) > 0);
  const selected = choices.filter((item) => selections[item.id]);
  const change = (id: string, selection: ItemSelection | null) => {
    clearFailure();
    setSelections(({ [id]: _, ...others }) => (selection ? { ...others, [id]: selection } : others));
  };
  const items = selected.map((item) => itemInput(item.id, selections[item.id] ?? newSelection(item)));
  const nameOf = (index: number) => selected[index]?.name;
  const cancel = async () => {
    const answer = await send({ input: { orderId, items }, locale });
    if (!answer) return;
    onClose();
    onDone(answer.requestReturn.message ?? t('done'));
  };
  return (
    <ConfirmDialog
      title={t('cancelItemsTitle', { number: pkg.number })}
      confirmLabel={t('cancelItems')}
      closeLabel={t('goBack')}
      danger
      busy={busy}
      canConfirm={selected.length > 0}
      onConfirm={cancel}
      onClose={onClose}
    >
      <p>{t('cancelItemsText')}</p>
      <fieldset className="choices">
        <legend>{t('tickedTitle')}</legend>
        {choices.map((item) => {
          const selection = selections[item.id];
          return (
            <div key={item.id}>
              <CheckboxField
                label={item.name}
                selected={selection !== undefined}
                onChange={(on) => change(item.id, on ? newSelection(item) : null)}
              />
              {selection && (
                <SelectionFields
                  item={item}
                  selection={selection}
                  onSelect={(next) => change(item.id, next)}
                />
              )}
            </div>
          );
        })}
      </fieldset>
      {selected.length > 0 && (
        <RefundPreview document={PreviewReturnDocument} input={{ orderId, items }} incomplete />
      )}
      <CommandError failure={failure} nameOf={nameOf} />
    </ConfirmDialog>
  );
}
