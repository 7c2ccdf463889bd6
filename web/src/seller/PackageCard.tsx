import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Badge, Day, Picture } from '../components/display';
import { CommandError, Note } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { MovePackageDocument, type PackageStatus, type SellerOrdersQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ShipDialog = lazy(() => import('./ShipDialog'));
const CancelItemsDialog = lazy(() => import('./CancelItemsDialog'));

type Order = SellerOrdersQuery['orders']['nodes'][number];
type Package = Order['packages'][number];

interface PackageCardProps {
  order: Order;
  pkg: Package;
  nextStatuses: readonly PackageStatus[];
}

/** A package, its contents, what should be known before it leaves, and buttons for what the seller can do. */
export function PackageCard({ order, pkg, nextStatuses }: PackageCardProps) {
  const { t, refusalText, enumLabel, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(MovePackageDocument);
  const [tracking, setTracking] = useState<string | null>(null);
  const [canceling, setCanceling] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const message = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done) message.current?.focus(); // only after the dialog has closed, which holds the focus
  }, [done]);
  const allowedMove = pkg.allowedActions.find((allowed) => allowed.action === 'UPDATE_PACKAGE_STATUS');
  const mayCancel = pkg.items.some((item) => (item.eligibility?.quantity ?? 0) > 0);

  const move = async (status: PackageStatus) => {
    const trackingNumber = status === 'SHIPPED' ? tracking?.trim() || null : null;
    // the dialog has shown what speaks against shipping, and was confirmed in spite of it
    const despiteRequests = status === 'SHIPPED' && pkg.advice.length > 0;
    const input = {
      packageId: pkg.id,
      status,
      trackingNumber,
      despiteRequests,
      expectedVersion: pkg.version,
    };
    await send({ input, locale });
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
      <Advice advice={pkg.advice} />
      <div ref={message} tabIndex={-1}>
        {done && <Note tone="good">{done}</Note>}
      </div>
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
        {mayCancel && (
          <Button
            className="button"
            aria-label={t('cancelItemsTitle', { number: pkg.number })}
            onPress={() => {
              setDone(null);
              setCanceling(true);
            }}
          >
            {t('cancelItems')}
          </Button>
        )}
      </div>
      <Suspense>
        {tracking !== null && (
          <ShipDialog
            number={pkg.number}
            tracking={tracking}
            busy={busy}
            warning={pkg.advice.length > 0 ? <Advice advice={pkg.advice} /> : null}
            onChange={setTracking}
            onConfirm={() => move('SHIPPED')}
            onClose={() => setTracking(null)}
          />
        )}
        {canceling && (
          <CancelItemsDialog
            orderId={order.id}
            pkg={pkg}
            onDone={setDone}
            onClose={() => setCanceling(false)}
          />
        )}
      </Suspense>
    </li>
  );
}

/** What speaks against shipping a package. Kinds of advice that this console does not know say it themselves. */
function Advice({ advice }: { advice: Package['advice'] }) {
  const { t } = useI18n();
  return advice.map(({ code, units, message }) => (
    <div key={code} className="note warn">
      {code === 'CANCELLATION_WAITING' ? t('adviceWaiting', { count: units }) : message}
    </div>
  ));
}
