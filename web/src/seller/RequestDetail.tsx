import { useQuery } from 'urql';
import { NotFound, ServerError, Spinner } from '../components/feedback';
import { SellerRequestDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { RequestArticle } from './RequestArticle';
import { useDecisions } from './useDecisions';

/** What the seller is shown of one request beside the list. */
export default function RequestDetail({ id }: { id: string }) {
  const { t, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: SellerRequestDocument, variables: { id, locale } });
  useRefresh(() => run({ requestPolicy: 'network-only' }));
  const { decide, dialogs } = useDecisions();
  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!data.request) return <NotFound text={t('requestNotFound')} />;
  return (
    <>
      {dialogs}
      <RequestArticle request={data.request} onDecide={decide} />
    </>
  );
}
