import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dropdown } from '../components/Dropdown';
import { ItemBadges, Money, Picture } from '../components/display';
import { CheckboxField } from '../components/Fields';
import { CommandError, Note } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  ApplyCancellationDocument,
  type OwnerOrderFieldsFragment,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ApplyDialog } from './ApplyDialog';
import { canSelect, commandsFor, type ItemInput, requestOf } from './applyCommands';
import { OnBehalfFields } from './OnBehalfFields';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];

/** The products of an order: select, Cancel/Return Selected Items, Transaction, Apply, "Order Cancel?" Yes. */
export function Products({ order }: { order: Order }) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(ApplyCancellationDocument);
  const [selected, setSelected] = useState<Record<string, ItemInput>>({});
  const [panelOpen, setPanelOpen] = useState(false);
  const [transaction, setTransaction] = useState<TransactionType>('CANCEL');
  const [dialogOpen, setDialogOpen] = useState(false);
  const [done, setDone] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const selectedItems = order.items.filter((item) => selected[item.id]);
  const withoutRequest = selectedItems.filter((item) => !requestOf(order, item));
  const nameOf = (index: number) => withoutRequest[index]?.name;

  const select = (item: Item, input: ItemInput | null) => {
    clearFailure();
    setDone(false);
    setSelected(({ [item.id]: _, ...others }) => (input ? { ...others, [item.id]: input } : others));
  };

  const apply = async () => {
    for (const input of commandsFor(order, selected, transaction)) {
      if (!(await send({ input, locale }))) return setDialogOpen(false);
    }
    setDialogOpen(false);
    setSelected({});
    setPanelOpen(false);
    setDone(true);
  };
  useEffect(() => {
    if (done) message.current?.focus(); // only after the dialog has closed, which holds the focus
  }, [done]);

  return (
    <section className="card" aria-labelledby="products">
      <h2 id="products">{t('productInformation')}</h2>
      <ProductTable order={order} selected={selected} onSelect={select} />
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
        <div className="apply-panel">
          {withoutRequest.map((item) => (
            <OnBehalfFields
              key={item.id}
              item={item}
              input={selected[item.id]}
              onChange={(input) => select(item, input)}
            />
          ))}
          <Dropdown
            label={t('transaction')}
            options={(['CANCEL', 'REFUND'] as const).map((id) => ({
              id,
              label: enumLabel('requestTransaction', id),
            }))}
            value={transaction}
            onChange={(id) => setTransaction(id as TransactionType)}
          />
          <Button className="button primary" onPress={() => setDialogOpen(true)}>
            {t('apply')}
          </Button>
        </div>
      )}
      {dialogOpen && (
        <ApplyDialog
          transaction={transaction}
          commands={commandsFor(order, selected, transaction)}
          nameOf={nameOf}
          busy={busy}
          onConfirm={apply}
          onClose={() => setDialogOpen(false)}
        />
      )}
    </section>
  );
}

interface ProductTableProps {
  order: Order;
  selected: Record<string, ItemInput>;
  onSelect: (item: Item, input: ItemInput | null) => void;
}

function ProductTable({ order, selected, onSelect }: ProductTableProps) {
  const { t } = useI18n();
  const toggle = (item: Item, on: boolean) => {
    const units = item.eligibility?.quantity ?? 1;
    onSelect(item, on ? { units, reason: null, note: '' } : null);
  };
  return (
    <table className="rows products">
      <thead>
        <tr>
          <th scope="col">{t('select')}</th>
          <th scope="col">{t('product')}</th>
          <th scope="col">{t('seller')}</th>
          <th scope="col">{t('status')}</th>
          <th scope="col" className="number">
            {t('quantity')}
          </th>
          <th scope="col" className="number">
            {t('total')}
          </th>
        </tr>
      </thead>
      <tbody>
        {order.items.map((item) => (
          <tr key={item.id} className={requestOf(order, item) ? 'marked' : ''}>
            <td data-label={t('select')}>
              <CheckboxField
                label={t('selectItem', { name: item.name })}
                hideLabel
                selected={Boolean(selected[item.id])}
                disabled={!canSelect(order, item)}
                onChange={(on) => toggle(item, on)}
              />
            </td>
            <th scope="row" data-label={t('product')}>
              <span className="product">
                <Picture url={item.imageUrl} />
                {item.name}
              </span>
            </th>
            <td data-label={t('seller')}>{item.seller.name}</td>
            <td data-label={t('status')}>
              <ItemBadges item={item} />
            </td>
            <td data-label={t('quantity')} className="number">
              {item.quantity}
            </td>
            <td data-label={t('total')} className="number">
              <Money of={item.total} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
