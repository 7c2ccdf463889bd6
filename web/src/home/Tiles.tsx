import { Fact, Money } from '../components/display';
import type { MoneyFieldsFragment, StatsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import './home.css';
import './texts';

/** The figures of some days, and the money that waits now. Amounts of two currencies are never added up. */
export function Tiles({ stats }: { stats: StatsFieldsFragment }) {
  const { t, enumLabel, count, percent } = useI18n();
  const { totals } = stats;
  const times = [
    [t('timeToAnswer'), stats.timeToAnswer],
    [t('timeToReceive'), stats.timeToReceive],
    [t('timeToRefund'), stats.timeToRefund],
  ] as const;
  return (
    <div className="tiles">
      <section className="card" aria-label={t('returnRate')}>
        <h2>{t('returnRate')}</h2>
        <p className="figure">{totals.returnRate == null ? '–' : percent(totals.returnRate / 10_000)}</p>
        <p className="quiet">
          {t('returnedOfOrdered', {
            returned: count(totals.returnedUnits),
            ordered: count(totals.orderedUnits),
          })}
        </p>
      </section>
      <section className="card" aria-label={t('requestsShort')}>
        <h2>{t('requestsShort')}</h2>
        <p className="figure">{count(totals.opened)}</p>
        <p className="quiet">
          {t('openedFigures', {
            completed: count(totals.completed),
            broken: count(totals.deadlinesBroken),
          })}
        </p>
      </section>
      <section className="card" aria-label={t('paidBack')}>
        <h2>{t('paidBack')}</h2>
        <Amounts of={totals.refunded} />
      </section>
      <section className="card" aria-label={t('timesTaken')}>
        <h2>{t('timesTaken')}</h2>
        <dl className="facts">
          {times.map(([name, { median, p95 }]) => (
            <Fact key={name} term={name}>
              <Times median={median} p95={p95} />
            </Fact>
          ))}
        </dl>
      </section>
      <section className="card" aria-label={t('moneyWaiting')}>
        <h2>{t('moneyWaiting')}</h2>
        {stats.moneyWaiting.length === 0 && <p className="figure">–</p>}
        <dl className="facts">
          {stats.moneyWaiting.map(({ state, total }) => (
            <Fact key={state + total.currency} term={enumLabel('refundState', state)}>
              <Money of={total} />
            </Fact>
          ))}
        </dl>
      </section>
    </div>
  );
}

function Amounts({ of }: { of: readonly MoneyFieldsFragment[] }) {
  return of.length === 0 ? (
    <p className="figure">–</p>
  ) : (
    of.map((money) => (
      <p key={money.currency} className="figure">
        <Money of={money} />
      </p>
    ))
  );
}

function Times({ median, p95 }: { median?: number | null; p95?: number | null }) {
  const { t, duration } = useI18n();
  if (median == null || p95 == null) return '–';
  return t('medianAndMost', { median: duration(median), most: duration(p95) });
}
