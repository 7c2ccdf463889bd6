import { Badge, Day } from '../components/display';
import {
  CountPackagesDocument,
  type ListedPackageFragment,
  type PackageFilter,
  type PackageOrder,
  type PackageStatus,
} from '../gql/graphql';
import type { Description } from '../queue/description';
import { placedFilters } from '../queue/moments';
import { OpenLink } from '../queue/OpenLink';
import { Advice } from './Advice';

export type ListedPackage = ListedPackageFragment;

/** What a seller looks through: what is to be sent or has not arrived, what came back, and all that ever was. */
export const VIEWS: Record<'todo' | 'failed' | 'all', PackageFilter> = {
  todo: { status: ['PREPARING', 'READY_TO_SHIP', 'SHIPPED'] },
  failed: { status: ['DELIVERY_FAILED'] },
  all: {},
};

/** The packages with their orders and contents. */
export const PACKAGES: Description<ListedPackage, PackageFilter, PackageOrder> = {
  name: 'packages',
  list: 'PACKAGES',
  count: CountPackagesDocument,
  nameOf: ({ number }) => number,
  stampOf: ({ version, items, advice, allowedActions }) =>
    [
      version,
      ...items.map(({ status, quantity }) => `${status} ${quantity}`),
      ...advice.map(({ units }) => units),
      ...allowedActions.filter(({ enabled }) => enabled).map(({ action }) => action),
    ].join(),
  columns: [
    { id: 'package', cell: ({ id, number }) => <OpenLink id={id}>{number}</OpenLink> },
    { id: 'products', cell: (pkg) => <Products pkg={pkg} /> },
    { id: 'order', cell: ({ order }) => order.number, extra: true },
    { id: 'placed', cell: ({ order }) => <Day at={order.placedAt} /> },
    { id: 'customer', cell: ({ order }) => order.customer.name },
    { id: 'tracking', cell: ({ trackingNumber }) => trackingNumber ?? '–' },
    { id: 'status', cell: (pkg) => <Status pkg={pkg} /> },
  ],
  views: VIEWS,
  filters: [
    { name: 'status', by: 'packageStatus', filter: (value) => ({ status: [value as PackageStatus] }) },
    ...placedFilters,
  ],
  search: (search) => ({ search }),
  orders: ['PLACED_AT_ASC', 'PLACED_AT_DESC'],
  orderOf: (params) => (params.get('view') === 'all' ? 'PLACED_AT_DESC' : 'PLACED_AT_ASC'),
};

function Products({ pkg }: { pkg: ListedPackage }) {
  return (
    <span className="products">
      {pkg.items.map(({ id, quantity, name, status }) => (
        <span key={id}>
          {quantity} × {name} {status !== 'ACTIVE' && <Badge kind="itemStatus" value={status} />}
        </span>
      ))}
    </span>
  );
}

function Status({ pkg }: { pkg: ListedPackage }) {
  return (
    <div className="products">
      <span className="badges">
        <Badge kind="packageStatus" value={pkg.status} />
      </span>
      <Advice advice={pkg.advice} />
    </div>
  );
}
