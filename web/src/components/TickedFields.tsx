import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { leavesRest, type RestChoice, type Ticked } from './decision';
import { CheckboxField } from './Fields';
import { QuantityField } from './QuantityField';
import { RestFields } from './RestFields';

interface TickedFieldsProps {
  request: RequestFieldsFragment;
  ticked: Ticked;
  choice: RestChoice;
  onTick: (ticked: Ticked) => void;
  onChoose: (choice: RestChoice) => void;
}

/** The products of a request, each with a tick and its units. What is ticked is what is decided. */
export function TickedFields({ request, ticked, choice, onTick, onChoose }: TickedFieldsProps) {
  const { t } = useI18n();
  const tick = (id: string, units: number) => {
    const { [id]: _, ...others } = ticked;
    onTick(units ? { ...others, [id]: units } : others);
  };
  return (
    <>
      <fieldset className="choices">
        <legend>{t('tickedTitle')}</legend>
        {request.items.map(({ orderItem: { id, name }, quantity }) => (
          <div key={id} className="choice">
            <CheckboxField
              label={`${quantity} × ${name}`}
              selected={Boolean(ticked[id])}
              onChange={(on) => tick(id, on ? quantity : 0)}
            />
            {ticked[id] !== undefined && quantity > 1 && (
              <QuantityField
                label={t('acceptedQuantity', { name })}
                value={ticked[id]}
                max={quantity}
                onChange={(units) => tick(id, units)}
              />
            )}
          </div>
        ))}
      </fieldset>
      {leavesRest(request, ticked) && (
        <RestFields number={request.number} choice={choice} onChange={onChoose} />
      )}
    </>
  );
}
