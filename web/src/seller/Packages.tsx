import { lazy, useMemo } from 'react';
import { useQuery } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { usePageDialog } from '../components/usePageDialog';
import { useTitle } from '../components/useTitle';
import {
  PackageRulesDocument,
  type PackageStatus,
  SellerOrdersDocument,
  type SellerOrdersQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { PackageCard } from './PackageCard';
import type { Task } from './tasks';

const ShipDialog = lazy(() => import('./ShipDialog'));
const EndDialog = lazy(() => import('./EndDialog'));
const SplitDialog = lazy(() => import('./SplitDialog'));
const CancelItemsDialog = lazy(() => import('./CancelItemsDialog'));

type Order = SellerOrdersQuery['orders']['nodes'][number];
type Package = Order['packages'][number];

interface Opened {
  task: Task;
  orderId: string;
  pkg: Package;
}

type NextStatuses = Partial<Record<PackageStatus, PackageStatus[]>>;

/** The packages of the seller's open orders, each with the statuses that it can be set to. */
export function Packages() {
  const { t, language: locale } = useI18n();
  useTitle(t('packages'));
  const variables = { ...usePageArguments(), locale, status: ['WAITING_PACKAGING', 'SHIPPING'] as const };
  const [{ data, error }, run] = useQuery({
    query: SellerOrdersDocument,
    variables: { ...variables, status: [...variables.status] },
  });
  useRefresh(run);
  const nextStatuses = useNextStatuses();
  const packages = (data?.orders.nodes ?? []).flatMap((order) => movablePackages(order, nextStatuses));
  const { open, dialog } = usePageDialog<Opened>(({ task, orderId, pkg: opened }, ends) => {
    const pkg = packages.find((entry) => entry.pkg.id === opened.id)?.pkg ?? opened; // as it is by now
    if (task.name === 'ship') return <ShipDialog pkg={pkg} {...ends} />;
    if (task.name === 'end') return <EndDialog pkg={pkg} status={task.status} {...ends} />;
    if (task.name === 'split') return <SplitDialog pkg={pkg} {...ends} />;
    return <CancelItemsDialog orderId={orderId} pkg={pkg} {...ends} />;
  });
  return (
    <>
      <h1>{t('packages')}</h1>
      <p className="quiet">{t('packagesIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && packages.length === 0 && <Empty>{t('noPackages')}</Empty>}
      {dialog}
      <ul className="cards">
        {packages.map(({ order, pkg }) => (
          <PackageCard
            key={pkg.id}
            order={order}
            pkg={pkg}
            nextStatuses={nextStatuses[pkg.status] ?? []}
            onTask={(task) => open({ task, orderId: order.id, pkg })}
          />
        ))}
      </ul>
      {data && <Pager page={data.orders.pageInfo} />}
    </>
  );
}

function movablePackages(order: Order, nextStatuses: NextStatuses) {
  return order.packages.filter((pkg) => nextStatuses[pkg.status]?.length).map((pkg) => ({ order, pkg }));
}

function useNextStatuses(): NextStatuses {
  const [{ data }] = useQuery({ query: PackageRulesDocument, requestPolicy: 'cache-first' });
  return useMemo(() => {
    const nextStatuses: NextStatuses = {};
    for (const { action, from, to, who: roles } of data?.transitions ?? []) {
      if (action !== 'UPDATE_PACKAGE_STATUS' || !from || !roles.includes('SELLER')) continue;
      const source = from as PackageStatus;
      nextStatuses[source] = [...(nextStatuses[source] ?? []), to as PackageStatus];
    }
    return nextStatuses;
  }, [data]);
}
