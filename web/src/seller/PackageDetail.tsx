import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Badge, Day, Picture } from '../components/display';
import { NotFound, ServerError, Spinner } from '../components/feedback';
import { SellerPackageDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Advice } from './Advice';
import { PackageSteps, type PackageStepsProps } from './PackageSteps';
import { mayDo, type NextStatuses } from './tasks';

interface PackageDetailProps extends Pick<PackageStepsProps, 'onTask'> {
  id: string;
  nextStatuses: NextStatuses;
  /** What is said if there is no such package. */
  none: string;
}

/** A package, its contents, what should be known before it leaves, and all that the seller can do with it. */
export default function PackageDetail({ id, nextStatuses, onTask, none }: PackageDetailProps) {
  const { t, refusalText, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: SellerPackageDocument, variables: { id, locale } });
  useRefresh(run);
  if (error) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (data.node?.__typename !== 'Package') return <NotFound text={none} />;
  const pkg = data.node;
  const { order } = pkg;
  const move = pkg.allowedActions.find(({ action }) => action === 'UPDATE_PACKAGE_STATUS');
  return (
    <article className="card" aria-label={pkg.number}>
      <div className="card-head">
        <h2>{pkg.number}</h2>
        <span className="badges">
          <Badge kind="packageStatus" value={pkg.status} />
        </span>
      </div>
      <p className="quiet">
        {t('orderDetails', { number: order.number })} · {order.customer.name} · <Day at={order.placedAt} />
        {pkg.trackingNumber && ` · ${t('tracking')} ${pkg.trackingNumber}`}
      </p>
      <ul className="thumbs">
        {pkg.items.map((item) => (
          <li key={item.id}>
            <Picture url={item.imageUrl} />
            <span>
              {item.quantity} × {item.name}{' '}
              {item.status !== 'ACTIVE' && <Badge kind="itemStatus" value={item.status} />}
            </span>
          </li>
        ))}
      </ul>
      <Advice advice={pkg.advice} />
      {move && !move.enabled && (
        <ul className="why-not" aria-label={t('whyNot')}>
          {move.blockers.map((blocker) => (
            <li key={blocker.code}>{refusalText(blocker)}</li>
          ))}
        </ul>
      )}
      <div className="actions start">
        <PackageSteps pkg={pkg} nextStatuses={nextStatuses[pkg.status] ?? []} onTask={onTask} />
        {mayDo(pkg, 'SPLIT_PACKAGE') && (
          <Button
            className="button small"
            aria-label={t('splitTitle', { number: pkg.number })}
            onPress={() => onTask({ name: 'split' }, pkg)}
          >
            {t('splitPackage')}
          </Button>
        )}
        {pkg.items.some((item) => (item.eligibility?.quantity ?? 0) > 0) && (
          <Button
            className="button small"
            aria-label={t('cancelItemsTitle', { number: pkg.number })}
            onPress={() => onTask({ name: 'cancel' }, pkg)}
          >
            {t('cancelItems')}
          </Button>
        )}
      </div>
    </article>
  );
}
