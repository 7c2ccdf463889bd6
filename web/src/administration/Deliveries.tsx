import { useQuery } from 'urql';
import { BusyButton } from '../components/BusyButton';
import { When } from '../components/display';
import { FilterSelect } from '../components/FilterBar';
import { CommandError, Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { useCommand } from '../components/useCommand';
import {
  type DeliveryFieldsFragment,
  type DeliveryState,
  type EndpointFieldsFragment,
  ReplayWebhookDeliveriesDocument,
  WebhookDeliveriesDocument,
} from '../gql/administration';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const STATES = {
  PENDING: ['deliveryPending', 'wait'],
  DELIVERED: ['deliveryDone', 'good'],
  FAILED: ['deliveryFailed', 'bad'],
} as const satisfies Record<DeliveryState, readonly [string, string]>;

/** What was posted, the latest first. A delivery can be sent again. */
export function Deliveries({ endpoints }: { endpoints: readonly EndpointFieldsFragment[] }) {
  const { t } = useI18n();
  const { params } = useFilters();
  const state = params.get('state') as DeliveryState | null;
  const [{ data, error }, run] = useQuery({
    query: WebhookDeliveriesDocument,
    variables: {
      endpointId: params.get('endpoint'),
      state: state ? [state] : null,
      ...usePageArguments(),
    },
    requestPolicy: 'cache-and-network',
  });
  const { send, busy, failure } = useCommand(ReplayWebhookDeliveriesDocument);
  const replay = async ({ id, endpoint }: DeliveryFieldsFragment) => {
    if (await send({ input: { endpointId: endpoint.id, deliveryIds: [id] } }))
      run({ requestPolicy: 'network-only' });
  };
  const deliveries = data?.webhookDeliveries.nodes ?? [];
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">{t('deliveries')}</h2>
      <search className="filters" aria-label={t('deliveries')}>
        <FilterSelect
          name="endpoint"
          label={t('endpointAddress')}
          options={endpoints.map(({ id, url }) => ({ id, label: url }))}
        />
        <FilterSelect
          name="state"
          label={t('status')}
          options={Object.entries(STATES).map(([id, [text]]) => ({ id, label: t(text) }))}
        />
      </search>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      <CommandError failure={failure} />
      {data && deliveries.length === 0 && <Empty>{t('noDeliveries')}</Empty>}
      {deliveries.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('event')}</th>
              <th scope="col">{t('endpointAddress')}</th>
              <th scope="col">{t('created')}</th>
              <th scope="col">{t('status')}</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} busy={busy} onReplay={() => void replay(delivery)} />
            ))}
          </tbody>
        </table>
      )}
      {data && <Pager page={data.webhookDeliveries.pageInfo} />}
    </section>
  );
}

interface RowProps {
  delivery: DeliveryFieldsFragment;
  busy: boolean;
  onReplay: () => void;
}

function Row({ delivery, busy, onReplay }: RowProps) {
  const { t } = useI18n();
  const { type, endpoint, state, attempts, statusCode, message, createdAt } = delivery;
  const [text, tone] = STATES[state];
  return (
    <tr className={state === 'FAILED' ? 'marked' : ''}>
      <th scope="row" data-label={t('event')}>
        {type}
      </th>
      <td className="address" data-label={t('endpointAddress')}>
        {endpoint.url}
      </td>
      <td data-label={t('created')}>
        <When at={createdAt} />
      </td>
      <td data-label={t('status')}>
        <div>
          <span className={`badge ${tone}`}>{t(text)}</span>{' '}
          <span className="quiet">
            {t('tries', { count: attempts })} {statusCode} {state !== 'DELIVERED' && message}
          </span>{' '}
          {state !== 'PENDING' && (
            <May action="REPLAY_WEBHOOK_DELIVERIES">
              <BusyButton
                className="button small"
                label={t('sendEventAgain', { event: type })}
                busy={busy}
                onPress={onReplay}
              >
                {t('sendAgain')}
              </BusyButton>
            </May>
          )}
        </div>
      </td>
    </tr>
  );
}
