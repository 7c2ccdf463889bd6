import type { BucketFieldsFragment, OwnerStatsQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Bar, Bars, Lines } from './Charts';
import './texts';

/** The owner's charts. */
export default function OwnerCharts({ stats }: { stats: OwnerStatsQuery['returnStats'] }) {
  const { t, enumLabel, count, money, day, duration, percent } = useI18n();
  const days = stats.days.map((each) => day(`${each.day}T00:00`)); // a day of the calendar, in no zone
  const counted = (name: string, values: number[]) => ({ name, values, texts: values.map(count) });
  const currencies = stats.totals.refunded.map(({ currency }) => currency);
  const paid = (currency: string) => {
    const amounts = stats.days.map(
      ({ figures }) => figures.refunded.find((one) => one.currency === currency)?.amount ?? '0',
    );
    return {
      name: currency,
      values: amounts.map(Number),
      texts: amounts.map((amount) => money({ amount, currency })),
    };
  };
  const units = (value: number) => ({ value, text: count(value) });
  const taken = (buckets: readonly BucketFieldsFragment[]): Bar[] =>
    buckets.map(({ from, to, count: value }) => ({
      key: String(from),
      name: to == null ? t('longerThan', { from: duration(from) }) : t('shorterThan', { to: duration(to) }),
      ...units(value),
    }));
  return (
    <div className="charts">
      <Lines
        title={t('requestsByDay')}
        days={days}
        series={[
          counted(
            t('openedSeries'),
            stats.days.map(({ figures }) => figures.opened),
          ),
          counted(
            t('completedSeries'),
            stats.days.map(({ figures }) => figures.completed),
          ),
        ]}
      />
      {currencies.map((currency) => (
        <Lines
          key={currency}
          title={t('paidBackByDay', { currency })}
          days={days}
          series={[paid(currency)]}
        />
      ))}
      <Bars
        title={t('topReasons')}
        heading={[t('reasonColumn'), t('unitsColumn')]}
        bars={stats.reasons.map(({ reason, units: value }) => ({
          key: reason.id,
          name: reason.label,
          ...units(value),
        }))}
      />
      <Bars
        title={t('topProducts')}
        heading={[t('product'), t('unitsColumn')]}
        bars={stats.products.map(({ seller, sku, name, units: value }) => ({
          key: `${seller.id} ${sku}`,
          name: `${name} · ${seller.name}`,
          ...units(value),
        }))}
      />
      <Bars
        title={t('topSellers')}
        heading={[t('seller'), t('returnedUnits')]}
        bars={stats.sellers.map(({ seller, returnedUnits, returnRate }) => ({
          key: seller.id,
          name: seller.name,
          value: returnedUnits,
          text:
            returnRate == null
              ? count(returnedUnits)
              : `${count(returnedUnits)} (${percent(returnRate / 10_000)})`,
        }))}
      />
      <Bars
        title={t('brokenDeadlines')}
        heading={[t('deadlineColumn'), t('timesColumn')]}
        bars={stats.deadlinesBroken.map(({ deadline, count: value }) => ({
          key: deadline,
          name: enumLabel('brokenDeadline', deadline),
          ...units(value),
        }))}
      />
      {(['timeToAnswer', 'timeToReceive', 'timeToRefund'] as const).map((name) => (
        <Bars
          key={name}
          title={t(name)}
          heading={[t('timeTaken'), t('timesColumn')]}
          bars={taken(stats[name].buckets)}
        />
      ))}
    </div>
  );
}
