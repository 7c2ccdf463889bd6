import { useQuery } from 'urql';
import { NotFound, ServerError, Spinner } from '../components/feedback';
import { MessageAsSentDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Mail } from './Mail';

/** A message as it was sent. */
export default function Message({ id }: { id: string }) {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: MessageAsSentDocument, variables: { id } });
  if (error) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  const message = data.node;
  if (message?.__typename !== 'Message') return <NotFound text={t('messageNotFound')} />;
  return <Mail subject={message.subject} html={message.html} text={message.text} />;
}
