import type { ReactNode } from 'react';
import { useI18n } from '../i18n/I18n';
import type { Ticked } from './decision';
import { CheckboxField } from './Fields';
import { QuantityField } from './QuantityField';

interface TickableItem {
  quantity: number;
  orderItem: { id: string; name: string };
}

interface TickedItemsProps<Item extends TickableItem> {
  title: string;
  items: readonly Item[];
  ticked: Ticked;
  unitsLabel: 'acceptedQuantity' | 'unitsOf';
  onTick: (ticked: Ticked) => void;
  /** What else is said of an item. */
  children?: (item: Item) => ReactNode;
}

/** Items, each with a tick and its units. */
export function TickedItems<Item extends TickableItem>(props: TickedItemsProps<Item>) {
  const { title, items, ticked, unitsLabel, onTick, children } = props;
  const { t } = useI18n();
  const tick = (id: string, units: number) => {
    const { [id]: _, ...others } = ticked;
    onTick(units ? { ...others, [id]: units } : others);
  };
  return (
    <fieldset className="choices">
      <legend>{title}</legend>
      {items.map((item) => {
        const { id, name } = item.orderItem;
        return (
          <div key={id} className="choice">
            <CheckboxField
              label={`${item.quantity} × ${name}`}
              selected={Boolean(ticked[id])}
              onChange={(on) => tick(id, on ? item.quantity : 0)}
            />
            {ticked[id] !== undefined && item.quantity > 1 && (
              <QuantityField
                label={t(unitsLabel, { name })}
                value={ticked[id]}
                max={item.quantity}
                onChange={(units) => tick(id, units)}
              />
            )}
            {children?.(item)}
          </div>
        );
      })}
    </fieldset>
  );
}
