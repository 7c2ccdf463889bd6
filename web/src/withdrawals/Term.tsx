import type { WithdrawalPreviewFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Item = WithdrawalPreviewFieldsFragment['items'][number];

/** Until when an item can be withdrawn from, or what the law says against it. Neither keeps the customer from it. */
export function Term({ item: { until, late, exemption } }: { item: Item }) {
  const { t, enumLabel, when } = useI18n();
  if (exemption) return <p>{t('withdrawExempt', { why: enumLabel('exemption', exemption) })}</p>;
  if (!until) return <p className="quiet">{t('withdrawNotBegun')}</p>;
  return late ? (
    <p>{t('withdrawLate', { until: when(until) })}</p>
  ) : (
    <p className="quiet">{t('withdrawUntil', { until: when(until) })}</p>
  );
}
