import { Link } from 'react-router';
import { useQuery } from 'urql';
import { LabelsInTroubleDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Labels } from '../returns/Labels';
import { useReturnDialogs } from '../returns/useReturnDialogs';

const TROUBLES = ['FAILED', 'UNKNOWN', 'VOID_UNKNOWN'];

/** The labels that a carrier has refused or knows nothing of, with what can be done; nothing if there are none. */
export function LabelsInTrouble() {
  const { t } = useI18n();
  const [{ data }, run] = useQuery({ query: LabelsInTroubleDocument });
  useRefresh(run);
  const { onTask, dialogs } = useReturnDialogs();
  const shipments = data?.returnShipments.nodes ?? [];
  return (
    <>
      {dialogs}
      {shipments.length > 0 && (
        <section className="card" aria-labelledby="labels">
          <h2 id="labels">{t('labelsInTrouble')}</h2>
          {shipments.map((shipment) => (
            <div key={shipment.id}>
              <p>
                <Link to={`/owner/orders/${shipment.order.id}`}>
                  {t('orderDetails', { number: shipment.order.number })}
                </Link>
                {` · ${shipment.seller.name}`}
              </p>
              <Labels
                shipment={shipment}
                labels={shipment.labels.filter(({ status }) => TROUBLES.includes(status))}
                onTask={onTask}
              />
            </div>
          ))}
        </section>
      )}
    </>
  );
}
