import { Link } from 'react-router';
import type { CombinedError } from 'urql';
import { Badge, When } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Unfold } from '../components/Unfold';
import type { MessageFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import Message from './Message';
import { useMessageRefresh } from './useMessageRefresh';
import './messages.css';

interface MessageListProps {
  /** Undefined while they are loaded. */
  messages: readonly MessageFieldsFragment[] | undefined;
  error: CombinedError | undefined;
  onRefresh: () => void;
  /** Where a message has a page of its own, if it has one. */
  pathOf?: ((id: string) => string) | undefined;
}

/** Messages in the order given. Each unfolds as it was sent. */
export function MessageList({ messages, error, onRefresh, pathOf }: MessageListProps) {
  const { t } = useI18n();
  useMessageRefresh(onRefresh);
  if (error && !messages) return <ServerError error={error} onRetry={onRefresh} />;
  if (!messages) return <Spinner />;
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
