import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { leavesRest, type RestChoice, type Ticked } from './decision';
import { RestFields } from './RestFields';
import { TickedItems } from './TickedItems';

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
  return (
    <>
      <TickedItems
        title={t('tickedTitle')}
        items={request.items}
        ticked={ticked}
        unitsLabel="acceptedQuantity"
        onTick={onTick}
      />
      {leavesRest(request, ticked) && (
        <RestFields number={request.number} choice={choice} onChange={onChoose} />
      )}
    </>
  );
}
