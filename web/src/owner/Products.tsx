import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import {
  ApplyCancellationDocument,
  type OwnerOrderPartsFragment,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Choice as Dropdown } from '../parts/Choice';
import { useCommand } from '../parts/command';
import { Tick } from '../parts/Fields';
import { ItemBadges, Money, Picture } from '../parts/Show';
import { Note, Refusal } from '../parts/States';
import { AskToApply } from './AskToApply';
import { type Choice, canSelect, commandsFor, requestOf } from './applying';
import { OnBehalf } from './OnBehalf';

type Order = OwnerOrderPartsFragment;
type Item = Order['items'][number];

/** The products of an order: select, Cancel/Return Selected Items, Transaction, Apply, "Order Cancel?" Yes. */
export function Products({ order }: { order: Order }) {
  const { t, word, language: locale } = useI18n();
  const { send, busy, refused, forget } = useCommand(ApplyCancellationDocument);
  const [selected, setSelected] = useState<Record<string, Choice>>({});
  const [panel, setPanel] = useState(false);
  const [transaction, setTransaction] = useState<TransactionType>('CANCEL');
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const chosen = order.items.filter((item) => selected[item.id]);
  const fresh = chosen.filter((item) => !requestOf(order, item));
  const nameOf = (index: number) => fresh[index]?.name;

  const choose = (item: Item, choice: Choice | null) => {
    forget();
    setDone(false);
    setSelected(({ [item.id]: _, ...others }) => (choice ? { ...others, [item.id]: choice } : others));
  };

  const apply = async () => {
    for (const input of commandsFor(order, selected, transaction)) {
      if (!(await send({ input, locale }))) return setAsking(false);
    }
    setAsking(false);
    setSelected({});
    setPanel(false);
    setDone(true);
  };
  useEffect(() => {
    if (done) message.current?.focus(); // not before the question has gone, which holds the focus
  }, [done]);

  return (
    <section className="card" aria-labelledby="products">
      <h2 id="products">{t('productInformation')}</h2>
      <ProductTable order={order} selected={selected} onSelect={choose} />
      <div ref={message} tabIndex={-1}>
        {done && <Note tone="good">{t('saved')}</Note>}
      </div>
      <Refusal refused={refused} nameOf={nameOf} />
      <div className="actions start">
        <Button
          className="button"
          isDisabled={chosen.length === 0}
          aria-expanded={panel}
          onPress={() => setPanel(!panel)}
        >
          {t('applyTitle')}
        </Button>
      </div>
      {panel && chosen.length > 0 && (
        <div className="apply-panel">
          {fresh.map((item) => (
            <OnBehalf
              key={item.id}
              item={item}
              choice={selected[item.id]}
              onChange={(one) => choose(item, one)}
            />
          ))}
          <Dropdown
            label={t('transaction')}
            options={(['CANCEL', 'REFUND'] as const).map((id) => ({ id, label: word('transaction', id) }))}
            value={transaction}
            onChange={(id) => setTransaction(id as TransactionType)}
          />
          <Button className="button primary" onPress={() => setAsking(true)}>
            {t('apply')}
          </Button>
        </div>
      )}
      {asking && (
        <AskToApply
          transaction={transaction}
          commands={commandsFor(order, selected, transaction)}
          nameOf={nameOf}
          busy={busy}
          onYes={apply}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

interface ProductTableProps {
  order: Order;
  selected: Record<string, Choice>;
  onSelect: (item: Item, choice: Choice | null) => void;
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
              <Tick
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
