import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Badge, Day, Picture } from '../components/display';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { MovePackageDocument, type PackageStatus, type SellerOrdersQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ShipDialog = lazy(() => import('./ShipDialog'));

type Order = SellerOrdersQuery['orders']['nodes'][number];

interface PackageCardProps {
  order: Order;
  pkg: Order['packages'][number];
  nextStatuses: readonly PackageStatus[];
}

/** A package, its contents, and buttons for its next statuses. */
export function PackageCard({ order, pkg, nextStatuses }: PackageCardProps) {
  const { t, refusalText, enumLabel } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(MovePackageDocument);
  const [tracking, setTracking] = useState<string | null>(null);
  const allowedMove = pkg.allowedActions.find((allowed) => allowed.action === 'UPDATE_PACKAGE_STATUS');

  const move = async (status: PackageStatus) => {
    const trackingNumber = status === 'SHIPPED' ? tracking?.trim() || null : null;
    await send({ input: { packageId: pkg.id, status, trackingNumber, expectedVersion: pkg.version } });
    setTracking(null);
  };
  const choose = (status: PackageStatus) => {
    clearFailure();
    if (status === 'SHIPPED') setTracking(pkg.trackingNumber ?? '');
    else void move(status);
  };

  return (
    <li className="card">
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
      <CommandError failure={failure} />
      {allowedMove && !allowedMove.enabled && (
        <ul className="why-not" aria-label={t('whyNot')}>
          {allowedMove.blockers.map((blocker) => (
            <li key={blocker.code}>{refusalText(blocker)}</li>
          ))}
        </ul>
      )}
      <div className="actions start">
        {allowedMove?.enabled &&
          nextStatuses.map((status) => (
            <Button
              key={status}
              className="button"
              aria-label={`${t('moveTo', { status: enumLabel('packageStatus', status) })}: ${pkg.number}`}
              isDisabled={busy}
              onPress={() => choose(status)}
            >
              {t('moveTo', { status: enumLabel('packageStatus', status) })}
            </Button>
          ))}
      </div>
      {tracking !== null && (
        <Suspense>
          <ShipDialog
            number={pkg.number}
            tracking={tracking}
            busy={busy}
            onChange={setTracking}
            onConfirm={() => move('SHIPPED')}
            onClose={() => setTracking(null)}
          />
        </Suspense>
      )}
    </li>
  );
}
