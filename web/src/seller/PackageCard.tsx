import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { MovePackageDocument, type PackageStatus, type SellerOrdersQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { useCommand } from '../parts/command';
import { Badge, Day, Picture } from '../parts/Show';
import { Refusal } from '../parts/States';

const HandOver = lazy(() => import('./HandOver'));

type Order = SellerOrdersQuery['orders']['nodes'][number];

interface PackageCardProps {
  order: Order;
  parcel: Order['packages'][number];
  ways: readonly PackageStatus[];
}

/** A parcel, what is in it, and where it can go from here. */
export function PackageCard({ order, parcel, ways }: PackageCardProps) {
  const { t, said, word } = useI18n();
  const { send, busy, refused, forget } = useCommand(MovePackageDocument);
  const [tracking, setTracking] = useState<string | null>(null);
  const offer = parcel.allowedActions.find((one) => one.action === 'UPDATE_PACKAGE_STATUS');

  const move = async (status: PackageStatus) => {
    const trackingNumber = status === 'SHIPPED' ? tracking?.trim() || null : null;
    await send({ input: { packageId: parcel.id, status, trackingNumber, expectedVersion: parcel.version } });
    setTracking(null);
  };
  const choose = (status: PackageStatus) => {
    forget();
    if (status === 'SHIPPED') setTracking(parcel.trackingNumber ?? '');
    else void move(status);
  };

  return (
    <li className="card">
      <div className="card-head">
        <h2>{parcel.number}</h2>
        <span className="badges">
          <Badge kind="packageStatus" value={parcel.status} />
        </span>
      </div>
      <p className="quiet">
        {t('orderDetails', { number: order.number })} · {order.customer.name} · <Day at={order.placedAt} />
        {parcel.trackingNumber && ` · ${t('tracking')} ${parcel.trackingNumber}`}
      </p>
      <ul className="thumbs">
        {parcel.items.map((item) => (
          <li key={item.id}>
            <Picture url={item.imageUrl} />
            <span>
              {item.quantity} × {item.name}{' '}
              {item.status !== 'ACTIVE' && <Badge kind="itemStatus" value={item.status} />}
            </span>
          </li>
        ))}
      </ul>
      <Refusal refused={refused} />
      {offer && !offer.enabled && (
        <ul className="why-not" aria-label={t('whyNot')}>
          {offer.blockers.map((one) => (
            <li key={one.code}>{said(one)}</li>
          ))}
        </ul>
      )}
      <div className="actions start">
        {offer?.enabled &&
          ways.map((status) => (
            <Button
              key={status}
              className="button"
              aria-label={`${t('moveTo', { status: word('packageStatus', status) })}: ${parcel.number}`}
              isDisabled={busy}
              onPress={() => choose(status)}
            >
              {t('moveTo', { status: word('packageStatus', status) })}
            </Button>
          ))}
      </div>
      {tracking !== null && (
        <Suspense>
          <HandOver
            number={parcel.number}
            tracking={tracking}
            busy={busy}
            onChange={setTracking}
            onYes={() => move('SHIPPED')}
            onClose={() => setTracking(null)}
          />
        </Suspense>
      )}
    </li>
  );
}
