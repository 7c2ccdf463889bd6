import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, When } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Unfold } from '../components/Unfold';
import { MessagesOfRequestDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import Message from './Message';
import { useMessageRefresh } from './useMessageRefresh';
import './messages.css';

interface RequestMessagesProps {
  id: string;
  /** Where a message has a page of its own, if it has one. */
  pathOf?: (id: string) => string;
}

/** The messages about a request that the viewer may see, the oldest first. Each unfolds as it was sent. */
export default function RequestMessages({ id, pathOf }: RequestMessagesProps) {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: MessagesOfRequestDocument, variables: { id } });
  useMessageRefresh(() => run({ requestPolicy: 'network-only' }));
  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  const messages = data.request?.messages ?? [];
  if (messages.length === 0) return <Empty>{t('noMessages')}</Empty>;
  return (
    <ul className="message-list" aria-label={t('messages')}>
      {messages.map((message) => (
        <li key={message.id}>
          <span className="badges">
            <Badge kind="messageState" value={message.state} />
            <span className="quiet">
              {t('messageTo', { name: message.name, address: message.address })} ·{' '}
              <When at={message.sentAt ?? message.createdAt} />
            </span>
            {pathOf && <Link to={pathOf(message.id)}>{t('openMessage')}</Link>}
          </span>
          {message.subject && (
            <Unfold summary={message.subject}>
              <Message id={message.id} />
            </Unfold>
          )}
          {message.answer && message.state !== 'SENT' && <p className="quiet">{message.answer}</p>}
        </li>
      ))}
    </ul>
  );
}
