import { lazy } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Badge } from '../components/display';
import { NotFound } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import {
  OwnerPackagesDocument,
  type OwnerPackagesQuery,
  type PackageFilter,
  type PackageOrder,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Description } from '../queue/description';
import { PACKAGE_VIEWS, packageColumns, packageFilters, packageList } from '../queue/packages';
import { useQueue } from '../queue/useQueue';
import { WorkQueue } from '../queue/WorkQueue';

const OrderDetail = lazy(() => import('./OrderDetail'));

type Package = OwnerPackagesQuery['packages']['nodes'][number];

const { package: itself, products, placed, customer, tracking } = packageColumns;

const PACKAGES: Description<Package, PackageFilter, PackageOrder> = {
  ...packageList,
  name: 'owner-packages',
  stampOf: ({ version, items }) =>
    [version, ...items.map(({ status, quantity }) => `${status} ${quantity}`)].join(),
  columns: [
    itself,
    products,
    { id: 'order', cell: ({ order }) => <Link to={`/owner/orders/${order.id}`}>{order.number}</Link> },
    placed,
    customer,
    { id: 'seller', cell: ({ seller }) => seller.name },
    tracking,
    { id: 'status', cell: ({ status }) => <Badge kind="packageStatus" value={status} /> },
  ],
  filters: [...packageFilters, { name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) }],
};

/** The packages of all sellers, the longest waiting first, each with its order beside it. */
export default function Packages() {
  const { t, enumLabel } = useI18n();
  useTitle(t('packages'));
  const view = useView(PACKAGE_VIEWS);
  const chosen = useQueue(PACKAGES);
  const [{ data, error, fetching }, run] = useQuery({ query: OwnerPackagesDocument, variables: chosen });
  useRefresh(run);
  const none = t('noPackagesFound');
  const labels = { todo: t('toDo'), failed: enumLabel('packageStatus', 'DELIVERY_FAILED'), all: t('all') };
  const detail = (id: string) => {
    const found = data?.packages.nodes.find((one) => one.id === id);
    return found ? <OrderDetail id={found.order.id} /> : <NotFound text={none} />;
  };
  return (
    <>
      <Breadcrumb trail={[{ to: '/owner/orders', name: t('orders') }]} page={t('packages')} />
      <WorkQueue
        title={t('packages')}
        description={PACKAGES}
        columns={PACKAGES.columns}
        chosen={chosen}
        found={data?.packages}
        fetching={fetching}
        error={error}
        onRetry={run}
        none={{ all: none, filtered: none }}
        detail={detail}
        above={<ViewTabs labels={labels} current={view} />}
      />
    </>
  );
}
