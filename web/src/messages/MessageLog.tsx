import { lazy, useMemo } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, When } from '../components/display';
import {
  CountMessagesDocument,
  type MessageFilter,
  type MessageOrder,
  type MessageState,
  MessagesDocument,
  type MessagesQuery,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { requestPath } from '../owner/requestPath';
import type { Column, Description } from '../queue/description';
import { createdFilters } from '../queue/moments';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { MessageActions, useQuestions } from './questions';
import { useMessageRefresh } from './useMessageRefresh';

const MessageAsSent = lazy(() => import('./Message'));

type Message = MessagesQuery['messages']['nodes'][number];
type OnAsk = ReturnType<typeof useQuestions>['open'];

const isUnsent = ({ state }: Message) => state === 'FAILED' || state === 'BOUNCED';
const messagePath = (id: string) => `/owner/messages/${id}`;

const MESSAGES: Description<Message, MessageFilter, MessageOrder> = {
  name: 'messages',
  list: 'MESSAGES',
  count: CountMessagesDocument,
  nameOf: ({ subject, address }) => subject || address,
  stampOf: ({ state, attempts }) => `${state} ${attempts}`,
  columns: [
    { id: 'subject', cell: (message) => <Subject message={message} /> },
    {
      id: 'recipient',
      cell: ({ name, address }) => (
        <span className="stacked">
          {name}
          <span className="quiet">{address}</span>
        </span>
      ),
    },
    { id: 'about', cell: (message) => <About message={message} /> },
    { id: 'request', cell: (message) => <Whereof message={message} /> },
    { id: 'created', cell: ({ createdAt }) => <When at={createdAt} /> },
  ],
  filters: [
    { name: 'state', by: 'messageState', filter: (value) => ({ state: [value as MessageState] }) },
    ...createdFilters,
  ],
  search: (search) => ({ search }),
  orders: ['CREATED_AT_DESC', 'CREATED_AT_ASC'],
  orderOf: () => 'CREATED_AT_DESC',
};

/** Every message, the newest first. */
export function MessageLog() {
  const { t } = useI18n();
  const chosen = useQueue(MESSAGES);
  const [{ data, error, fetching }, run] = useQuery({ query: MessagesDocument, variables: chosen });
  const refresh = () => run({ requestPolicy: 'network-only' });
  useMessageRefresh(refresh);
  const { open, dialog } = useQuestions(refresh);
  const onAsk = useStable(open);
  const columns = useMemo(() => [...MESSAGES.columns, stateColumn(onAsk)], [onAsk]);
  return (
    <WorkQueue
      description={MESSAGES}
      columns={columns}
      chosen={chosen}
      found={data?.messages}
      fetching={fetching}
      error={error}
      onRetry={run}
      none={{ all: t('noMessages'), filtered: t('noMessagesFound') }}
      isMarked={isUnsent}
      detail={(id) => <MessageAsSent id={id} />}
      pageOf={messagePath}
      above={<p className="quiet">{t('logIntro')}</p>}
    >
      {dialog}
    </WorkQueue>
  );
}

function Subject({ message: { id, subject } }: { message: Message }) {
  const { t } = useI18n();
  return <Link to={messagePath(id)}>{subject || t('noSubject')}</Link>;
}

function About({ message }: { message: Message }) {
  const { enumLabel } = useI18n();
  return enumLabel('messageType', message.type);
}

/** The request that a message is about, or else the order. */
function Whereof({ message: { request, order } }: { message: Message }) {
  if (request) return <Link to={requestPath(request)}>{request.number}</Link>;
  return order && <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>;
}

const stateColumn = (onAsk: OnAsk): Column<Message> => ({
  id: 'status',
  cell: (message) => (
    <span className="stacked answer">
      <Badge kind="messageState" value={message.state} />
      {message.state !== 'SENT' && message.answer && <span className="quiet">{message.answer}</span>}
      {isUnsent(message) && <MessageActions message={message} onAsk={onAsk} />}
    </span>
  ),
});
