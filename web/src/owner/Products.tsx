import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Note } from '../components/feedback';
import { Meanwhile } from '../components/Meanwhile';
import { useCommand } from '../components/useCommand';
import {
  ApplyCancellationDocument,
  type ApplyCancellationInput,
  type OwnerOrderFieldsFragment,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { ApplyDialog } from './ApplyDialog';
import { ApplyPanel } from './ApplyPanel';
import {
  commandsFor,
  NOTHING,
  requestOf,
  type Selection,
  selectedRequests,
  unitsOf,
  withoutRequest,
} from './applyCommands';
import { ProductTable } from './ProductTable';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];

/** What a person is asked about: an order that changes meanwhile does not change the question. */
interface Asked {
  order: Order;
  selection: Selection;
  transaction: TransactionType;
}

/** The products of an order: select, Cancel/Return Selected Items, Transaction, Apply, "Order Cancel?" Yes. */
export function Products({ order }: { order: Order }) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(ApplyCancellationDocument);
  const [entered, setEntered] = useState(NOTHING);
  const [panelOpen, setPanelOpen] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const selection = decidable(order, entered);
  const selectedItems = order.items.filter((item) => selection.items[item.id]);
  const fitting = [...new Set(selectedItems.map((item) => transactionOf(order, item)))];
  const nameOf = (index: number) =>
    withoutRequest(asked?.order ?? order, asked?.selection ?? selection)[index]?.name;

  const change = (next: Selection) => {
    clearFailure();
    setDone(false);
    setEntered(next);
  };
  const toggle = (item: Item, on: boolean) => {
    const { [item.id]: _, ...others } = selection.items;
    const input = { units: unitsOf(order, item), reason: null, note: '' };
    change({ ...selection, items: on ? { ...others, [item.id]: input } : others });
  };
  const keepOnly = (transaction: TransactionType) => {
    const kept = selectedItems.filter((item) => transactionOf(order, item) === transaction);
    const ids = new Set(kept.map(({ id }) => id));
    const items = Object.fromEntries(Object.entries(selection.items).filter(([id]) => ids.has(id)));
    change({ ...selection, items });
  };

  const apply = async (commands: readonly ApplyCancellationInput[]) => {
    for (const input of commands) {
      if (!(await send({ input, locale }))) return;
    }
    setAsked(null);
    setEntered(NOTHING);
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
      <May action="APPLY_CANCELLATION">
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
      </May>
      {panelOpen && selectedItems.length > 0 && (
        <ApplyPanel
          order={order}
          selection={selection}
          fitting={fitting}
          onChange={change}
          onTransaction={keepOnly}
          onApply={(transaction) => setAsked({ order, selection, transaction })}
        />
      )}
      {asked && (
        <Meanwhile requests={selectedRequests(asked.order, asked.selection)}>
          <ApplyDialog
            order={asked.order}
            transaction={asked.transaction}
            commands={commandsFor(asked.order, asked.selection, asked.transaction)}
            nameOf={nameOf}
            busy={busy}
            failure={failure}
            onConfirm={apply}
            onClose={() => {
              clearFailure();
              setAsked(null);
            }}
          />
        </Meanwhile>
      )}
    </section>
  );
}

/** What is ticked and can still be decided: of what somebody else has decided meanwhile no tick remains. */
const decidable = (order: Order, selection: Selection): Selection => ({
  ...selection,
  items: Object.fromEntries(
    order.items.flatMap((item) => {
      const input = selection.items[item.id];
      return input && unitsOf(order, item) > 0 ? [[item.id, input]] : [];
    }),
  ),
});

/** What fits an item: a return once it has been shipped. */
const transactionOf = (order: Order, item: Item): TransactionType =>
  !requestOf(order, item) && item.eligibility?.transaction === 'REFUND' ? 'REFUND' : 'CANCEL';
