import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Badge, Fact, When } from '../components/display';
import { NotFound, ServerError, Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { MessageAsSentDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { requestPath } from '../owner/requestPath';
import { Mail } from './Mail';
import { MessageActions, useQuestions } from './questions';
import { useMessageRefresh } from './useMessageRefresh';
import { useVersionName } from './useVersionName';

/** One message: to whom it goes and what came of it, and below that the message as it was sent. */
export default function MessagePage() {
  const { id = '' } = useParams();
  const { t, enumLabel } = useI18n();
  const versionName = useVersionName();
  const [{ data, error }, run] = useQuery({ query: MessageAsSentDocument, variables: { id } });
  const refresh = () => run({ requestPolicy: 'network-only' });
  useMessageRefresh(refresh);
  const { open, dialog } = useQuestions(refresh);
  const message = data?.node?.__typename === 'Message' ? data.node : null;
  const title = message?.subject || t('noSubject');
  useTitle(message ? title : t('messages'));

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!message) return <NotFound text={t('messageNotFound')} />;
  const { request, order } = message;
  return (
    <>
      <Breadcrumb trail={[{ to: '/owner/messages', name: t('messages') }]} page={title} />
      <div className="head">
        <h1>{title}</h1>
        <Badge kind="messageState" value={message.state} />
      </div>
      {dialog}
      <section className="card" aria-label={t('openMessage')}>
        <dl className="facts">
          <Fact term={t('recipient')}>
            {t('messageTo', { name: message.name, address: message.address })}
          </Fact>
          <Fact term={t('about')}>{enumLabel('messageType', message.type)}</Fact>
          <Fact term={t('madeBy')}>{versionName(message.templateVersion)}</Fact>
          {request && (
            <Fact term={t('request')}>
              <Link to={requestPath(request)}>{request.number}</Link>
            </Fact>
          )}
          {order && (
            <Fact term={t('orderNumber')}>
              <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>
            </Fact>
          )}
          <Fact term={t('created')}>
            <When at={message.createdAt} />
          </Fact>
          {message.sentAt && (
            <Fact term={t('sentAt')}>
              <When at={message.sentAt} />
            </Fact>
          )}
          {message.dueAt && message.state === 'PENDING' && (
            <Fact term={t('nextTry')}>
              <When at={message.dueAt} />
            </Fact>
          )}
          <Fact term={t('attempts')}>{message.attempts}</Fact>
          {message.answer && <Fact term={t('answer')}>{message.answer}</Fact>}
        </dl>
        <div className="actions start">
          <MessageActions message={message} onAsk={open} />
        </div>
      </section>
      {message.subject && <Mail subject={message.subject} html={message.html} text={message.text} />}
    </>
  );
}
