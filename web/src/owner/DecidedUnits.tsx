import { leavesRest, RELEASED, type RestChoice } from '../components/decision';
import { QuantityField } from '../components/QuantityField';
import { RestFields } from '../components/RestFields';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Selection, tickedOf } from './applyCommands';

interface DecidedUnitsProps {
  request: RequestFieldsFragment;
  selection: Selection;
  onUnits: (itemId: string, units: number) => void;
  onRest: (choice: RestChoice) => void;
}

/** The units that are decided of a waiting request, and what becomes of the rest. */
export function DecidedUnits({ request, selection, onUnits, onRest }: DecidedUnitsProps) {
  const { t } = useI18n();
  const ticked = tickedOf(selection);
  return (
    <fieldset className="on-behalf">
      <legend>{t('requestNumber', { number: request.number })}</legend>
      {request.items.map(({ orderItem: { id, name }, quantity }) =>
        ticked[id] ? (
          <QuantityField
            key={id}
            label={t('acceptedQuantity', { name })}
            value={ticked[id]}
            max={quantity}
            onChange={(units) => onUnits(id, units)}
          />
        ) : null,
      )}
      {leavesRest(request, ticked) && (
        <RestFields
          number={request.number}
          choice={selection.rests[request.id] ?? RELEASED}
          onChange={onRest}
        />
      )}
    </fieldset>
  );
}
