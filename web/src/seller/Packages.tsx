import { useMemo } from 'react';
import { useQuery } from 'urql';
import {
  PackageRulesDocument,
  type PackageStatus,
  SellerOrdersDocument,
  type SellerOrdersQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Pager, usePaging } from '../parts/paging';
import { Empty, Fault, Spinner } from '../parts/States';
import { useTitle } from '../parts/useTitle';
import { PackageCard } from './PackageCard';

type Order = SellerOrdersQuery['orders']['nodes'][number];
export type Ways = Partial<Record<PackageStatus, PackageStatus[]>>;

/** Parcels to move on, each with the ways that the server's own table names. */
export function Packages() {
  const { t } = useI18n();
  useTitle(t('packages'));
  const variables = { ...usePaging(), status: ['WAITING_PACKAGING', 'SHIPPING'] as const };
  const [{ data, error }, run] = useQuery({
    query: SellerOrdersDocument,
    variables: { ...variables, status: [...variables.status] },
  });
  useRefresh(run);
  const ways = useWays();
  const parcels = (data?.orders.nodes ?? []).flatMap((order) => toMove(order, ways));
  return (
    <>
      <h1>{t('packages')}</h1>
      <p className="quiet">{t('packagesIntro')}</p>
      {error && <Fault error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && parcels.length === 0 && <Empty>{t('noPackages')}</Empty>}
      <ul className="cards">
        {parcels.map(({ order, parcel }) => (
          <PackageCard key={parcel.id} order={order} parcel={parcel} ways={ways[parcel.status] ?? []} />
        ))}
      </ul>
      {data && <Pager page={data.orders.pageInfo} />}
    </>
  );
}

function toMove(order: Order, ways: Ways) {
  return order.packages.filter((parcel) => ways[parcel.status]?.length).map((parcel) => ({ order, parcel }));
}

function useWays(): Ways {
  const [{ data }] = useQuery({ query: PackageRulesDocument, requestPolicy: 'cache-first' });
  return useMemo(() => {
    const found: Ways = {};
    for (const { action, from, to, who } of data?.transitions ?? []) {
      if (action !== 'UPDATE_PACKAGE_STATUS' || !from || !who.includes('SELLER')) continue;
      const source = from as PackageStatus;
      found[source] = [...(found[source] ?? []), to as PackageStatus];
    }
    return found;
  }, [data]);
}
