import './texts';
import { useQuery } from 'urql';
import { When } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { type GatewayFieldsFragment, GatewaysDocument } from '../gql/administration';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

/** How the gateways and the carriers stand. */
export default function Gateways() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: GatewaysDocument, requestPolicy: 'cache-and-network' });
  useRefresh(run);
  return (
    <>
      <p className="quiet">{t('gatewaysIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && <States title={t('gateways')} of={t('refunds')} states={data.gateways} />}
      {data && <States title={t('carriers')} of={t('labels')} states={data.carriers} />}
    </>
  );
}

interface StatesProps {
  title: string;
  /** What is counted. */
  of: string;
  states: readonly GatewayFieldsFragment[];
}

function States({ title, of, states }: StatesProps) {
  const { t, count } = useI18n();
  const figures = ['waiting', 'failed', 'unknown'] as const;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {states.length === 0 && <Empty>{t('noneSetUp')}</Empty>}
      {states.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('gatewayName')}</th>
              {figures.map((figure) => (
                <th key={figure} scope="col" className="number">
                  {t(`figure_${figure}`, { of })}
                </th>
              ))}
              <th scope="col">{t('lastError')}</th>
            </tr>
          </thead>
          <tbody>
            {states.map((state) => (
              <tr key={state.name} className={state.failed + state.unknown > 0 ? 'marked' : ''}>
                <th scope="row" data-label={t('gatewayName')}>
                  {state.name}
                </th>
                {figures.map((figure) => (
                  <td key={figure} className="number" data-label={t(`figure_${figure}`, { of })}>
                    {count(state[figure])}
                  </td>
                ))}
                <td data-label={t('lastError')}>
                  {state.lastError ?? '–'}
                  {state.lastErrorAt && (
                    <span className="quiet">
                      {' '}
                      <When at={state.lastErrorAt} />
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
