import { Suspense } from 'react';
import { useQuery } from 'urql';
import { ServerError, Spinner } from '../components/feedback';
import { part } from '../components/part';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { OwnerStatsDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { usePeriod } from './period';
import { Tiles } from './Tiles';
import './texts';

const OwnerCharts = part(() => import('./OwnerCharts'));
OwnerCharts.load().catch(() => {}); // beside the figures; if that fails, again when they are shown
const VIEWS = { month: 30, quarter: 90, year: 365 };

/** The owner's first page: figures of the last days, and their charts. */
export default function OwnerHome() {
  const { t, language: locale } = useI18n();
  useTitle(t('home'));
  const view = useView(VIEWS);
  const { filter, follow } = usePeriod(VIEWS[view]);
  const [{ data, error }, run] = useQuery({ query: OwnerStatsDocument, variables: { filter, locale } });
  if (data) follow(data.returnStats.zone);
  useRefresh(run);
  return (
    <>
      <h1>{t('home')}</h1>
      <ViewTabs
        labels={{
          month: t('lastDays', { days: VIEWS.month }),
          quarter: t('lastDays', { days: VIEWS.quarter }),
          year: t('lastDays', { days: VIEWS.year }),
        }}
        current={view}
      />
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && (
        <>
          <Tiles stats={data.returnStats} />
          <h2>{t('charts')}</h2>
          <Suspense fallback={<Spinner />}>
            <OwnerCharts stats={data.returnStats} />
          </Suspense>
          {data.returnStats.zone && (
            <p className="quiet">{t('daysOfZone', { zone: data.returnStats.zone })}</p>
          )}
        </>
      )}
    </>
  );
}
