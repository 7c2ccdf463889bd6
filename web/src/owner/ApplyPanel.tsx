import { BusyButton } from '../components/BusyButton';
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
  /** The transactions of the ticked items: one, or they cannot be applied together. */
  fitting: readonly TransactionType[];
  onChange: (selection: Selection) => void;
  /** Keeps only what fits this transaction. */
  onTransaction: (transaction: TransactionType) => void;
  onApply: (transaction: TransactionType) => void;
}

/** What the ticked items need besides: units, reasons, the rest of a request, the transaction. Beside it the money. */
export function ApplyPanel(props: ApplyPanelProps) {
  const { order, selection, fitting, onChange, onTransaction, onApply } = props;
  const { t, enumLabel } = useI18n();
  const transaction = fitting.length === 1 ? fitting[0] : undefined;
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
      {transaction ? (
        commandsSoFar(order, selection, transaction).map((command) => (
          <RefundPreview
            key={command.requestId ?? ''}
            document={PreviewCancellationDocument}
            input={command}
            incomplete
          />
        ))
      ) : (
        <p className="quiet">{t('mixedTransactions')}</p>
      )}
      <Dropdown
        label={t('transaction')}
        options={fitting.map((id) => ({ id, label: enumLabel('requestTransaction', id) }))}
        value={transaction ?? null}
        onChange={(id) => onTransaction(id as TransactionType)}
      />
      <BusyButton
        className="button primary"
        possible={transaction !== undefined}
        onPress={() => transaction && onApply(transaction)}
      >
        {t('apply')}
      </BusyButton>
    </div>
  );
}
