import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, When } from '../components/display';
import { FilterBar, FilterSearch, FilterSelect } from '../components/FilterBar';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { type MessageState, MessagesDocument, type MessagesQuery } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { requestPath } from '../owner/requestPath';
import { MessageActions, useQuestions } from './questions';
import { useMessageRefresh } from './useMessageRefresh';
import { useRequestId } from './useRequestId';

type Message = MessagesQuery['messages']['nodes'][number];

/** Every message, the newest first. */
export function MessageLog() {
  const { t, enumLabel, count } = useI18n();
  const { params } = useFilters();
  const state = params.get('state') as MessageState | null;
  const number = params.get('number') ?? '';
  const address = params.get('to');
  const requestId = useRequestId(number);
  const filter = {
    ...(state ? { state: [state] } : {}),
    ...(address ? { address } : {}),
    ...(number ? { requestId: requestId ?? '' } : {}), // "" finds nothing
  };
  const [{ data, error }, run] = useQuery({
    query: MessagesDocument,
    variables: { filter, ...usePageArguments() },
    pause: number !== '' && requestId === undefined,
  });
  const refresh = () => run({ requestPolicy: 'network-only' });
  useMessageRefresh(refresh);
  const { open, dialog } = useQuestions(refresh);
  const messages = data?.messages.nodes ?? [];
  return (
    <>
      <p className="quiet">
        {t('logIntro')} {data && t('found', { count: count(data.messages.totalCount) })}
      </p>
      <FilterBar numberLabel={t('requestNumberLabel')}>
        <FilterSearch name="to" label={t('recipientAddress')} />
        <FilterSelect
          name="state"
          label={t('status')}
          options={Object.keys(ENUM_LABELS.messageState).map((id) => ({
            id,
            label: enumLabel('messageState', id),
          }))}
        />
      </FilterBar>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {dialog}
      {data && messages.length === 0 && (
        <Empty>{t(state || number || address ? 'noMessagesFound' : 'noMessages')}</Empty>
      )}
      {messages.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('subject')}</th>
              <th scope="col">{t('recipient')}</th>
              <th scope="col">{t('about')}</th>
              <th scope="col">{t('request')}</th>
              <th scope="col">{t('created')}</th>
              <th scope="col">{t('status')}</th>
            </tr>
          </thead>
          <tbody>
            {messages.map((message) => (
              <Row key={message.id} message={message} onAsk={open} />
            ))}
          </tbody>
        </table>
      )}
      {data && <Pager page={data.messages.pageInfo} />}
    </>
  );
}

function Row({ message, onAsk }: { message: Message; onAsk: ReturnType<typeof useQuestions>['open'] }) {
  const { t, enumLabel } = useI18n();
  const { request, order, answer, state } = message;
  return (
    <tr className={state === 'FAILED' || state === 'BOUNCED' ? 'marked' : ''}>
      <th scope="row" className="subject" data-label={t('subject')}>
        <Link to={message.id}>{message.subject || t('noSubject')}</Link>
      </th>
      <td data-label={t('recipient')}>
        <span className="stacked">
          {message.name}
          <span className="quiet">{message.address}</span>
        </span>
      </td>
      <td data-label={t('about')}>{enumLabel('messageType', message.type)}</td>
      <td data-label={t('request')}>
        {request ? (
          <Link to={requestPath(request)}>{request.number}</Link>
        ) : (
          order && <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>
        )}
      </td>
      <td data-label={t('created')}>
        <When at={message.createdAt} />
      </td>
      <td data-label={t('status')}>
        <span className="stacked answer">
          <Badge kind="messageState" value={state} />
          {state !== 'SENT' && answer && <span className="quiet">{answer}</span>}
          {(state === 'FAILED' || state === 'BOUNCED') && <MessageActions message={message} onAsk={onAsk} />}
        </span>
      </td>
    </tr>
  );
}
