import { Badge, Day } from '../components/display';
import {
  CountPackagesDocument,
  type ListedPackageFragment,
  type PackageFilter,
  type PackageOrder,
  type PackageStatus,
} from '../gql/graphql';
import type { Column, Description, FilterField } from './description';
import { placedFilters } from './moments';
import { OpenLink } from './OpenLink';

type Package = ListedPackageFragment;

/** What somebody looks through: what is to be sent or has not arrived, what came back, and all that ever was. */
export const PACKAGE_VIEWS: Record<'todo' | 'failed' | 'all', PackageFilter> = {
  todo: { status: ['PREPARING', 'READY_TO_SHIP', 'SHIPPED'] },
  failed: { status: ['DELIVERY_FAILED'] },
  all: {},
};

/** The columns of a list of packages that need no more than the package. */
export const packageColumns = {
  package: { id: 'package', cell: ({ id, number }) => <OpenLink id={id}>{number}</OpenLink> },
  products: { id: 'products', cell: (pkg) => <Products pkg={pkg} /> },
  placed: { id: 'placed', cell: ({ order }) => <Day at={order.placedAt} /> },
  customer: { id: 'customer', cell: ({ order }) => order.customer.name },
  tracking: { id: 'tracking', cell: ({ trackingNumber }) => trackingNumber ?? '–' },
} as const satisfies Partial<Record<Column<Package>['id'], Column<Package>>>;

/** The filters of both seats. */
export const packageFilters: readonly FilterField<PackageFilter>[] = [
  { name: 'status', by: 'packageStatus', filter: (value) => ({ status: [value as PackageStatus] }) },
  ...placedFilters,
];

/** What the lists of packages of both seats have in common. */
export const packageList = {
  list: 'PACKAGES',
  count: CountPackagesDocument,
  nameOf: ({ number }) => number,
  views: PACKAGE_VIEWS,
  search: (search) => ({ search }),
  orders: ['PLACED_AT_ASC', 'PLACED_AT_DESC'],
  orderOf: (params) => (params.get('view') === 'all' ? 'PLACED_AT_DESC' : 'PLACED_AT_ASC'),
} as const satisfies Pick<
  Description<Package, PackageFilter, PackageOrder>,
  'list' | 'count' | 'nameOf' | 'views' | 'search' | 'orders' | 'orderOf'
>;

function Products({ pkg }: { pkg: Package }) {
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
