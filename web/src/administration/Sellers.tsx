import './administration.css';
import './texts';
import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { FilterSearch } from '../components/FilterBar';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { usePageDialog } from '../components/usePageDialog';
import { type AdministeredSellerFragment, SellersToAdministerDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const EmailDialog = lazy(() => import('./EmailDialog'));

/** The sellers by name, and where their messages go. */
export default function Sellers() {
  const { t, count } = useI18n();
  const { params } = useFilters();
  const name = params.get('name');
  const [{ data, error }, run] = useQuery({
    query: SellersToAdministerDocument,
    variables: { filter: name ? { nameStartsWith: name } : null, ...usePageArguments() },
  });
  const { open, dialog } = usePageDialog<AdministeredSellerFragment>((seller, { onDone, onClose }) => (
    <EmailDialog seller={seller} onDone={() => onDone(t('done'))} onClose={onClose} />
  ));
  const sellers = data?.sellers.nodes ?? [];
  return (
    <>
      <p className="quiet">
        {t('sellersIntro')} {data && t('found', { count: count(data.sellers.totalCount) })}
      </p>
      <search className="filters" aria-label={t('filters')}>
        <FilterSearch name="name" label={t('sellerBegins')} />
      </search>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {dialog}
      {data && sellers.length === 0 && <Empty>{t('noSellers')}</Empty>}
      {sellers.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('seller')}</th>
              <th scope="col">{t('handle')}</th>
              <th scope="col">{t('messagesTo')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {sellers.map((seller) => (
              <tr key={seller.id}>
                <th scope="row" data-label={t('seller')}>
                  {seller.name}
                </th>
                <td data-label={t('handle')}>{seller.handle}</td>
                <td data-label={t('messagesTo')}>
                  <span className="address">{seller.email ?? '–'}</span>
                </td>
                <td>
                  <May action="SET_SELLER_EMAIL">
                    <Button
                      className="button small"
                      aria-label={t('changeAddressOf', { name: seller.name })}
                      onPress={() => open(seller)}
                    >
                      {t('change')}
                    </Button>
                  </May>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data && <Pager page={data.sellers.pageInfo} />}
    </>
  );
}
