import { Link } from 'react-router';
import type { HandledLabelFieldsFragment, PlanFieldsFragment, ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { OnTask } from '../returns/ReturnActions';
import { ReturnArticle } from '../returns/ReturnArticle';
import { Plan } from './Plan';
import { requestPath } from './requestPath';

interface MoneyAndGoodsProps {
  plan: PlanFieldsFragment;
  /** The goods on their way back, if they are asked for. */
  shipment: ReturnFieldsFragment | undefined;
  labels: readonly HandledLabelFieldsFragment[] | undefined;
  onTask: OnTask;
}

/** The money of a request, and beside it the goods that it may wait for. */
export function MoneyAndGoods({ plan, shipment, labels = [], onTask }: MoneyAndGoodsProps) {
  const { t } = useI18n();
  if (!shipment) return <Plan plan={plan} />;
  return (
    <div className="beside">
      <Plan plan={plan} />
      <ReturnArticle
        shipment={shipment}
        labels={labels}
        about={
          <>
            <Link to={requestPath(shipment.request)}>
              {t('requestNumber', { number: shipment.request.number })}
            </Link>
            {` · ${shipment.seller.name}`}
          </>
        }
        onTask={onTask}
      />
    </div>
  );
}
