import { ItemBadges, Money, Picture } from '../components/display';
import { CheckboxField } from '../components/Fields';
import type { ItemSelection } from '../components/itemSelection';
import type { OwnerOrderFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { requestOf, unitsOf } from './applyCommands';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];

interface ProductTableProps {
  order: Order;
  selected: Record<string, ItemSelection>;
  onToggle: (item: Item, on: boolean) => void;
}

/** The items of an order, to be selected. Those of a waiting request are marked. */
export function ProductTable({ order, selected, onToggle }: ProductTableProps) {
  const { t } = useI18n();
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
                disabled={unitsOf(order, item) === 0}
                onChange={(on) => onToggle(item, on)}
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
