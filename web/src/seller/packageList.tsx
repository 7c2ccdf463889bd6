import { Badge } from '../components/display';
import type { PackageFilter, PackageOrder, SellersPackageFragment } from '../gql/graphql';
import type { Description } from '../queue/description';
import { packageColumns, packageFilters, packageList } from '../queue/packages';
import { Advice } from './Advice';

export type SellersPackage = SellersPackageFragment;

const { package: itself, products, placed, customer, tracking } = packageColumns;

/** The seller's packages with their contents, and what should be known before they leave. */
export const PACKAGES: Description<SellersPackage, PackageFilter, PackageOrder> = {
  ...packageList,
  name: 'packages',
  stampOf: ({ version, items, advice, allowedActions }) =>
    [
      version,
      ...items.map(({ status, quantity }) => `${status} ${quantity}`),
      ...advice.map(({ units }) => units),
      ...allowedActions.filter(({ enabled }) => enabled).map(({ action }) => action),
    ].join(),
  columns: [
    itself,
    products,
    { id: 'order', cell: ({ order }) => order.number, extra: true },
    placed,
    customer,
    tracking,
    { id: 'status', cell: (pkg) => <Status pkg={pkg} /> },
  ],
  filters: packageFilters,
};

function Status({ pkg }: { pkg: SellersPackage }) {
  return (
    <div className="products">
      <span className="badges">
        <Badge kind="packageStatus" value={pkg.status} />
      </span>
      <Advice advice={pkg.advice} />
    </div>
  );
}
