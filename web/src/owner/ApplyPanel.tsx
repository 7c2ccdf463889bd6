import { Button } from 'react-aria-components/Button';
import { Dropdown } from '../components/Dropdown';
import type { ItemSelection } from '../components/itemSelection';
import { RefundPreview } from '../components/RefundPreview';
import {
  type OwnerOrderFieldsFragment,
  PreviewCancellationDocument,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import {
  commandsSoFar,
  needsOverride,
  type Selection,
  selectedRequests,
  unitsOf,
  withoutRequest,
} from './applyCommands';
import { DecidedUnits } from './DecidedUnits';
import { OnBehalfFields } from './OnBehalfFields';
import { OverrideFields } from './OverrideFields';

type Order = OwnerOrderFieldsFragment;

interface ApplyPanelProps {
  order: Order;
  selection: Selection;
  transaction: TransactionType;
  onChange: (selection: Selection) => void;
  onTransaction: (transaction: TransactionType) => void;
  onApply: () => void;
}

/** What the ticked items need besides: units, reasons, the rest of a request, the transaction. Beside it the money. */
export function ApplyPanel(props: ApplyPanelProps) {
  const { order, selection, transaction, onChange, onTransaction, onApply } = props;
  const { t, enumLabel } = useI18n();
  const setItem = (id: string, input: ItemSelection) =>
    onChange({ ...selection, items: { ...selection.items, [id]: input } });
  const setUnits = (id: string, units: number) => {
    const input = selection.items[id];
    if (input) setItem(id, { ...input, units });
  };
  return (
    <div className="apply-panel">
      {selectedRequests(order, selection).map((request) => (
        <DecidedUnits
          key={request.id}
          request={request}
          selection={selection}
          onUnits={setUnits}
          onRest={(choice) => onChange({ ...selection, rests: { ...selection.rests, [request.id]: choice } })}
        />
      ))}
      {withoutRequest(order, selection).map((item) => (
        <OnBehalfFields
          key={item.id}
          item={item}
          input={selection.items[item.id]}
          max={unitsOf(order, item)}
          onChange={(input) => setItem(item.id, input)}
        />
      ))}
      {needsOverride(order, selection) && (
        <OverrideFields
          override={selection.override}
          onChange={(override) => onChange({ ...selection, override })}
        />
      )}
      {commandsSoFar(order, selection, transaction).map((command) => (
        <RefundPreview
          key={command.requestId ?? ''}
          document={PreviewCancellationDocument}
          input={command}
          incomplete
        />
      ))}
      <Dropdown
        label={t('transaction')}
        options={(['CANCEL', 'REFUND'] as const).map((id) => ({
          id,
          label: enumLabel('requestTransaction', id),
        }))}
        value={transaction}
        onChange={(id) => onTransaction(id as TransactionType)}
      />
      <Button className="button primary" onPress={onApply}>
        {t('apply')}
      </Button>
    </div>
  );
}
