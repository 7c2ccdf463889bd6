import type { PackageFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** What speaks against shipping a package. Kinds of advice that this console does not know say it themselves. */
export function Advice({ advice }: { advice: PackageFieldsFragment['advice'] }) {
  const { t } = useI18n();
  return advice.map(({ code, units, message }) => (
    <div key={code} className="note warn">
      {code === 'CANCELLATION_WAITING' ? t('adviceWaiting', { count: units }) : message}
    </div>
  ));
}
