import { useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useClient, useQuery } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { ArrivingReturnsDocument, type ReturnFieldsFragment, type ReturnFilter } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { tasksOf } from '../returns/ReturnActions';
import { ReturnArticle } from '../returns/ReturnArticle';
import { useReturnDialogs } from '../returns/useReturnDialogs';
import { May } from '../session/May';
import { ScanField } from './ScanField';

const VIEWS = {
  arriving: { status: ['AWAITING', 'IN_TRANSIT', 'LOST'] },
  toInspect: { status: ['RECEIVED'] },
  all: {},
} as const satisfies Record<string, unknown>;
type View = keyof typeof VIEWS;

/** The goods on their way back, the earliest deadline first, and a field for the scanner that finds one and opens it. */
export default function Arriving() {
  const { t, count } = useI18n();
  useTitle(t('arriving'));
  const client = useClient();
  const view = useView(VIEWS);
  const { params, set } = useFilters();
  const scanned = params.get('scan') ?? '';
  const [failure, setFailure] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const filter: ReturnFilter = scanned ? { scanned } : (structuredClone(VIEWS[view]) as ReturnFilter);
  const [{ data, error }, run] = useQuery({
    query: ArrivingReturnsDocument,
    variables: { filter, ...usePageArguments() },
  });
  useRefresh(run);
  const { onTask, openUnannounced, dialogs } = useReturnDialogs();
  const shipments = data?.returnShipments.nodes ?? [];
  const labels: Record<View, string> = {
    arriving: t('onTheirWay'),
    toInspect: t('toInspect'),
    all: t('all'),
  };

  const open = (shipment: ReturnFieldsFragment) => {
    const next = tasksOf(shipment).find(({ name }) => name === 'receive' || name === 'inspect');
    if (next) onTask(next.name, shipment);
  };
  const scan = async (text: string) => {
    set('scan', text || null);
    setFailure(false);
    if (!text) return;
    const found = await client
      .query(
        ArrivingReturnsDocument,
        { filter: { scanned: text }, first: 2 },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    setFailure(found.error !== undefined);
    const [only, another] = found.data?.returnShipments.nodes ?? [];
    if (only && !another) open(only);
  };
  return (
    <>
      <div className="head">
        <h1>{t('arriving')}</h1>
        {data && <p className="quiet">{t('found', { count: count(data.returnShipments.totalCount) })}</p>}
      </div>
      <p className="quiet">{t('scanHint')}</p>
      <ScanField scanned={scanned} field={field} onScan={(text) => void scan(text)} />
      <ViewTabs labels={labels} current={scanned ? null : view} />
      {error && <ServerError error={error} onRetry={run} />}
      {failure && !error && <p role="alert">{t('unreachable')}</p>}
      {!data && !error && <Spinner />}
      {data && shipments.length === 0 && (
        <Empty>{scanned ? t('nothingScanned', { text: scanned }) : t('nothingArriving')}</Empty>
      )}
      {dialogs}
      <div className="cards">
        {shipments.map((shipment) => (
          <ReturnArticle
            key={shipment.id}
            shipment={shipment}
            labels={shipment.labels}
            level={2}
            about={`${t('orderDetails', { number: shipment.order.number })} · ${t('requestNumber', { number: shipment.request.number })}`}
            onTask={onTask}
          />
        ))}
      </div>
      <div className="actions start">
        <May action="RECEIVE_UNANNOUNCED">
          <Button className="button" onPress={() => openUnannounced()}>
            {t('unannounced')}
          </Button>
        </May>
      </div>
      {data && <Pager page={data.returnShipments.pageInfo} />}
    </>
  );
}
