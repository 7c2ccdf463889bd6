import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { CommandError, Note } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  ApplyCancellationDocument,
  type ApplyCancellationInput,
  type OwnerOrderFieldsFragment,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ApplyDialog } from './ApplyDialog';
import { ApplyPanel } from './ApplyPanel';
import { commandsFor, NOTHING, requestOf, type Selection, unitsOf, withoutRequest } from './applyCommands';
import { ProductTable } from './ProductTable';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];

/** The products of an order: select, Cancel/Return Selected Items, Transaction, Apply, "Order Cancel?" Yes. */
export function Products({ order }: { order: Order }) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(ApplyCancellationDocument);
  const [selection, setSelection] = useState(NOTHING);
  const [panelOpen, setPanelOpen] = useState(false);
  const [chosen, setChosen] = useState<TransactionType | null>(null);
  const [dialogOpen, setDialogOpen] = useState(false);
  const [done, setDone] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const selectedItems = order.items.filter((item) => selection.items[item.id]);
  const transaction = chosen ?? transactionOf(order, selectedItems);
  const nameOf = (index: number) => withoutRequest(order, selection)[index]?.name;

  const change = (next: Selection) => {
    clearFailure();
    setDone(false);
    setSelection(next);
  };
  const toggle = (item: Item, on: boolean) => {
    const { [item.id]: _, ...others } = selection.items;
    const input = { units: unitsOf(order, item), reason: null, note: '' };
    change({ ...selection, items: on ? { ...others, [item.id]: input } : others });
  };

  const apply = async (commands: readonly ApplyCancellationInput[]) => {
    for (const input of commands) {
      if (!(await send({ input, locale }))) return setDialogOpen(false);
    }
    setDialogOpen(false);
    setSelection(NOTHING);
    setChosen(null);
    setPanelOpen(false);
    setDone(true);
  };
  useEffect(() => {
    if (done) message.current?.focus(); // only after the dialog has closed, which holds the focus
  }, [done]);

  return (
    <section className="card" aria-labelledby="products">
      <h2 id="products">{t('products')}</h2>
      <ProductTable order={order} selected={selection.items} onToggle={toggle} />
      <div ref={message} tabIndex={-1}>
        {done && <Note tone="good">{t('done')}</Note>}
      </div>
      <CommandError failure={failure} nameOf={nameOf} />
      <div className="actions start">
        <Button
          className="button"
          isDisabled={selectedItems.length === 0}
          aria-expanded={panelOpen}
          onPress={() => setPanelOpen(!panelOpen)}
        >
          {t('applyTitle')}
        </Button>
      </div>
      {panelOpen && selectedItems.length > 0 && (
        <ApplyPanel
          order={order}
          selection={selection}
          transaction={transaction}
          onChange={change}
          onTransaction={setChosen}
          onApply={() => setDialogOpen(true)}
        />
      )}
      {dialogOpen && (
        <ApplyDialog
          order={order}
          transaction={transaction}
          commands={commandsFor(order, selection, transaction)}
          nameOf={nameOf}
          busy={busy}
          onConfirm={apply}
          onClose={() => setDialogOpen(false)}
        />
      )}
    </section>
  );
}

/** What fits the selected items: a return if every one of them has been shipped. */
function transactionOf(order: Order, items: readonly Item[]): TransactionType {
  const shipped = (item: Item) => !requestOf(order, item) && item.eligibility?.transaction === 'REFUND';
  return items.length > 0 && items.every(shipped) ? 'REFUND' : 'CANCEL';
}
