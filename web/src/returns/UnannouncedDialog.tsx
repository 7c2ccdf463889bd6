import './texts';
import { useState } from 'react';
import { useQuery } from 'urql';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField, TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { type ItemSelection, itemInput } from '../components/itemSelection';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import {
  ReceiveUnannouncedDocument,
  type ReturnFieldsFragment,
  ReturnReasonsDocument,
  UnannouncedOrderDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface UnannouncedDialogProps {
  /** The number of the order, if it is known. */
  orderNumber: string;
  /** The expired return whose goods have come after all. */
  expired?: ReturnFieldsFragment;
  onDone: (message?: string) => void;
  onClose: () => void;
}

/** Goods have arrived that nobody expects: of which order, which units, and why they came back. */
export default function UnannouncedDialog(props: UnannouncedDialogProps) {
  const { orderNumber, expired, onDone, onClose } = props;
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(ReceiveUnannouncedDocument);
  const [number, setNumber] = useState(orderNumber);
  const [selections, setSelections] = useState<Record<string, ItemSelection>>({});
  const [{ data, fetching }] = useQuery({
    query: UnannouncedOrderDocument,
    variables: { number: number.trim() },
    pause: !number.trim(),
  });
  const [{ data: offered }] = useQuery({ query: ReturnReasonsDocument, variables: { locale } });
  const reasons = offered?.reasons ?? [];
  const order = number.trim() ? data?.order : null;
  const items = (order?.items ?? []).filter((item) => item.active > 0);
  const selected = items.filter((item) => selections[item.id]);
  const change = (id: string, selection: ItemSelection | null) => {
    clearFailure();
    setSelections(({ [id]: _, ...others }) => (selection ? { ...others, [id]: selection } : others));
  };
  const receive = async () => {
    if (!order) return;
    const input = {
      ...(expired ? { returnId: expired.id } : { orderId: order.id }),
      items: selected.flatMap((item) => {
        const selection = selections[item.id];
        return selection ? [itemInput(item.id, selection)] : [];
      }),
    };
    const answer = await send({ input });
    if (!answer) return;
    onClose();
    const opened = answer.receiveUnannounced.returnShipment;
    onDone(opened ? t('returnDone', { number: opened.number }) : undefined);
  };
  return (
    <ConfirmDialog
      title={expired ? t('lateTitle', { number: expired.number }) : t('unannounced')}
      confirmLabel={t('receive')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={selected.length > 0}
      onConfirm={receive}
      onClose={onClose}
    >
      <p>{t('unannouncedText')}</p>
      {!expired && <TextInput label={t('orderNumber')} value={number} onChange={setNumber} />}
      {number.trim() && !fetching && items.length === 0 && <p role="status">{t('nothingToReturn')}</p>}
      {items.length > 0 && (
        <fieldset className="choices">
          <legend>{t('arrivedItems')}</legend>
          {items.map((item) => {
            const selection = selections[item.id];
            const first = { units: item.active, reason: reasons[0]?.handle ?? null, note: '' };
            return (
              <div key={item.id}>
                <CheckboxField
                  label={item.name}
                  selected={selection !== undefined}
                  onChange={(on) => change(item.id, on ? first : null)}
                />
                {selection && (
                  <div className="fields">
                    <QuantityField
                      label={t('arrivedUnits', { name: item.name })}
                      value={selection.units}
                      max={item.active}
                      onChange={(units) => change(item.id, { ...selection, units })}
                    />
                    <SelectField
                      label={t('reasonFor', { name: item.name })}
                      options={reasons.map(({ handle, label }) => ({ id: handle, label }))}
                      value={selection.reason ?? ''}
                      onChange={(reason) => change(item.id, { ...selection, reason })}
                    />
                    {reasons.find(({ handle }) => handle === selection.reason)?.needsNote && (
                      <TextInput
                        label={t('noteFor', { name: item.name })}
                        hint={t('noteNeeded')}
                        value={selection.note}
                        onChange={(note) => change(item.id, { ...selection, note })}
                      />
                    )}
                  </div>
                )}
              </div>
            );
          })}
        </fieldset>
      )}
      <CommandError failure={failure} nameOf={(index) => selected[index]?.name} />
    </ConfirmDialog>
  );
}
