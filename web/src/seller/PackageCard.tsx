import { Button } from 'react-aria-components/Button';
import { BusyButton } from '../components/BusyButton';
import { Badge, Day, Picture } from '../components/display';
import { CommandError } from '../components/feedback';
import { toast } from '../components/toast';
import { useCommand } from '../components/useCommand';
import {
  MovePackageDocument,
  type PackageStatus,
  RevertPackageDocument,
  type SellerOrdersQuery,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Advice } from './Advice';
import { PackageMoved } from './PackageMoved';
import { ENDS, type Task } from './tasks';

type Order = SellerOrdersQuery['orders']['nodes'][number];
type Package = Order['packages'][number];

interface PackageCardProps {
  order: Order;
  pkg: Package;
  nextStatuses: readonly PackageStatus[];
  /** Called for what needs a dialog. */
  onTask: (task: Task) => void;
}

/** A package, its contents, what should be known before it leaves, and buttons for what the seller can do. */
export function PackageCard(props: PackageCardProps) {
  const { order, pkg, nextStatuses, onTask } = props;
  const { t, refusalText, enumLabel, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(MovePackageDocument);
  const revert = useCommand(RevertPackageDocument);
  const may = (action: string) =>
    pkg.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const allowedMove = pkg.allowedActions.find((allowed) => allowed.action === 'UPDATE_PACKAGE_STATUS');
  const mayCancel = pkg.items.some((item) => (item.eligibility?.quantity ?? 0) > 0);

  const choose = async (status: PackageStatus) => {
    clearFailure();
    if (status === 'SHIPPED') return onTask({ name: 'ship' });
    if (ENDS.has(status)) return onTask({ name: 'end', status });
    const answer = await send({ input: { packageId: pkg.id, status, expectedVersion: pkg.version }, locale });
    const moved = answer?.updatePackageStatus.package;
    if (moved) toast(<PackageMoved pkg={moved} />);
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
      <CommandError failure={failure ?? revert.failure} />
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
            <BusyButton
              key={status}
              label={`${t('moveTo', { status: enumLabel('packageStatus', status) })}: ${pkg.number}`}
              busy={busy}
              onPress={() => choose(status)}
            >
              {t('moveTo', { status: enumLabel('packageStatus', status) })}
            </BusyButton>
          ))}
        {may('REVERT_PACKAGE_STATUS') && (
          <BusyButton
            label={`${t('takeBack')}: ${pkg.number}`}
            busy={revert.busy}
            onPress={() => {
              clearFailure();
              void revert.send({ input: { packageId: pkg.id, expectedVersion: pkg.version }, locale });
            }}
          >
            {t('takeBack')}
          </BusyButton>
        )}
        {may('SPLIT_PACKAGE') && (
          <Button
            className="button"
            aria-label={t('splitTitle', { number: pkg.number })}
            onPress={() => onTask({ name: 'split' })}
          >
            {t('splitPackage')}
          </Button>
        )}
        {mayCancel && (
          <Button
            className="button"
            aria-label={t('cancelItemsTitle', { number: pkg.number })}
            onPress={() => onTask({ name: 'cancel' })}
          >
            {t('cancelItems')}
          </Button>
        )}
      </div>
    </li>
  );
}
