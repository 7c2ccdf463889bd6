import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge } from '../components/display';
import { ServerError, Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { SellerTodayDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Due } from '../queue/Due';
import { usePeriod } from './period';
import { Tiles } from './Tiles';
import './texts';

interface Entry {
  id: string;
  number: string;
  dueAt?: string | null;
  order: { number: string };
}

/** A seller's first page: what waits for it, the earliest deadline first, and its own figures. */
export default function SellerHome() {
  const { t, count } = useI18n();
  useTitle(t('today'));
  const { filter, now, follow } = usePeriod(30);
  const [{ data, error }, run] = useQuery({ query: SellerTodayDocument, variables: { filter, now } });
  if (data) follow(data.returnStats.zone);
  useRefresh(run);
  return (
    <>
      <h1>{t('today')}</h1>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && (
        <>
          {data.late.totalCount > 0 && (
            <p>
              <span className="badge bad">{t('overdueCount', { count: count(data.late.totalCount) })}</span>
            </p>
          )}
          <div className="tiles queues">
            <Waiting
              title={t('waitingForYou')}
              to="/seller/requests"
              all={data.waiting.totalCount}
              entries={data.waiting.nodes}
              link={(request) => `/seller/requests?open=${request.id}`}
              about={(request) => <Badge kind="transaction" value={request.transaction} />}
            />
            <Waiting
              title={t('toInspect')}
              to="/seller/arriving?view=toInspect"
              all={data.toInspect.totalCount}
              entries={data.toInspect.nodes}
              link={(shipment) => `/seller/arriving?scan=${shipment.number}`}
              about={(shipment) => <Badge kind="returnStatus" value={shipment.status} />}
            />
            <Waiting
              title={t('onTheirWay')}
              to="/seller/arriving"
              all={data.arriving.totalCount}
              entries={data.arriving.nodes}
              link={(shipment) => `/seller/arriving?scan=${shipment.number}`}
              about={(shipment) => <Badge kind="returnStatus" value={shipment.status} />}
            />
          </div>
          <h2>{t('lastDays', { days: 30 })}</h2>
          <Tiles stats={data.returnStats} />
        </>
      )}
    </>
  );
}

interface WaitingProps<E extends Entry> {
  title: string;
  to: string;
  all: number;
  entries: readonly E[];
  link: (entry: E) => string;
  about: (entry: E) => ReactNode;
}

/** The most urgent of what waits, and a way to all of it. */
function Waiting<E extends Entry>({ title, to, all, entries, link, about }: WaitingProps<E>) {
  const { t, count } = useI18n();
  const now = Date.now();
  return (
    <section className="card" aria-label={title}>
      <h2>
        <Link to={to}>
          {title} ({count(all)})
        </Link>
      </h2>
      {entries.length === 0 && <p className="quiet">{t('nothingWaits')}</p>}
      <ul className="due">
        {entries.map((entry) => (
          <li key={entry.id}>
            <Link to={link(entry)}>{entry.number}</Link> {about(entry)}
            <span className="quiet">
              {t('orderDetails', { number: entry.order.number })}
              {entry.dueAt && (
                <>
                  {' · '}
                  <Due at={entry.dueAt} />
                </>
              )}
            </span>
            {entry.dueAt && Date.parse(entry.dueAt) < now && (
              <span className="badge bad">{t('isOverdue')}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
