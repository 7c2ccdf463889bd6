import './texts';
import { useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { BusyButton } from '../components/BusyButton';
import { When } from '../components/display';
import { FilterSearch } from '../components/FilterBar';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { DoneOnOrdersDocument, DoneOnSettingsDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';
import { textOf } from './ownerActions';

/** What a person did, the latest first: with orders, and with what belongs to no order. */
export default function Audit() {
  const { t } = useI18n();
  const { params } = useFilters();
  const who = params.get('who');
  return (
    <>
      <p className="quiet">{t('auditIntro')}</p>
      <search className="filters" aria-label={t('filters')}>
        <FilterSearch name="who" label={t('tokenSubject')} />
      </search>
      {who && <OnOrders key={who} who={who} />}
      <OnSettings who={who} />
    </>
  );
}

function OnOrders({ who }: { who: string }) {
  const { t, enumLabel } = useI18n();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, run] = useQuery({
    query: DoneOnOrdersDocument,
    variables: { who, after },
    requestPolicy: 'cache-and-network',
  });
  const events = data?.events.nodes ?? [];
  return (
    <section aria-labelledby="on-orders">
      <h2 id="on-orders">{t('onOrders')}</h2>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && events.length === 0 && <Empty>{t('nothingDone')}</Empty>}
      <ol className="timeline">
        {events.map((event) => (
          <li key={event.cursor}>
            <span className="what">
              {enumLabel('action', event.action)} · {enumLabel('subject', event.subject)}
            </span>{' '}
            <Link to={`/owner/orders/${event.order.id}`}>{event.order.number}</Link>{' '}
            <span className="quiet">
              <When at={event.at} />
            </span>
          </li>
        ))}
      </ol>
      {(after || data?.events.pageInfo.hasNextPage) && (
        <div className="actions start">
          <BusyButton possible={after !== null} onPress={() => setAfter(null)}>
            {t('firstPage')}
          </BusyButton>
          <BusyButton
            possible={data?.events.pageInfo.hasNextPage ?? false}
            onPress={() => setAfter(data?.events.pageInfo.endCursor ?? null)}
          >
            {t('next')}
          </BusyButton>
        </div>
      )}
    </section>
  );
}

function OnSettings({ who }: { who: string | null }) {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({
    query: DoneOnSettingsDocument,
    variables: { who, ...usePageArguments() },
    requestPolicy: 'cache-and-network',
  });
  const events = data?.ownerEvents.nodes ?? [];
  return (
    <section aria-labelledby="on-settings">
      <h2 id="on-settings">{t('onSettings')}</h2>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && events.length === 0 && <Empty>{t('nothingDone')}</Empty>}
      <ol className="timeline">
        {events.map((event) => (
          <li key={`${event.at}${event.subjectId}${event.action}`}>
            <span className="what">{t(textOf(event.action) ?? 'change')}</span>{' '}
            <span className="quiet">
              {event.actorId} · <When at={event.at} />
            </span>
            {event.changes.length > 0 && (
              <details>
                <summary>{t('whatChanged')}</summary>
                <dl className="facts">
                  {event.changes.map(({ name, before, after }) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>
                        {before ?? '–'} → {after ?? '–'}
                      </dd>
                    </div>
                  ))}
                </dl>
              </details>
            )}
          </li>
        ))}
      </ol>
      {data && <Pager page={data.ownerEvents.pageInfo} />}
    </section>
  );
}
