import './administration.css';
import './texts';
import { lazy, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Fact, When } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { type EndpointFieldsFragment, WebhookEndpointsDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { Deliveries } from './Deliveries';
import type { EndpointQuestion } from './EndpointQuestionDialog';
import { Secret } from './Secret';

const EndpointDialog = lazy(() => import('./EndpointDialog'));
const EndpointQuestionDialog = lazy(() => import('./EndpointQuestionDialog'));

type Opened =
  | { form: EndpointFieldsFragment | null }
  | { question: EndpointQuestion; endpoint: EndpointFieldsFragment };

/** The addresses that events are posted to, and what was posted. */
export default function Webhooks() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({
    query: WebhookEndpointsDocument,
    requestPolicy: 'cache-and-network',
  });
  const [secret, setSecret] = useState<string | null>(null);
  const { open, dialog } = usePageDialog<Opened>((what, { onDone, onClose }) => {
    const done = (made: string | null) => {
      setSecret(made);
      onDone(t('done'));
      run({ requestPolicy: 'network-only' });
    };
    return 'form' in what ? (
      <EndpointDialog endpoint={what.form} onDone={done} onClose={onClose} />
    ) : (
      <EndpointQuestionDialog {...what} onDone={done} onClose={onClose} />
    );
  });
  const endpoints = data?.webhookEndpoints ?? [];
  return (
    <>
      <p className="quiet">{t('webhooksIntro')}</p>
      <May action="CREATE_WEBHOOK_ENDPOINT">
        <Button className="button" onPress={() => open({ form: null })}>
          {t('addEndpoint')}
        </Button>
      </May>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {dialog}
      {secret && <Secret name={t('signingSecret')} value={secret} />}
      {data && endpoints.length === 0 && <Empty>{t('noEndpoints')}</Empty>}
      <div className="cards">
        {endpoints.map((endpoint) => (
          <Card
            key={endpoint.id}
            endpoint={endpoint}
            onEdit={() => open({ form: endpoint })}
            onAsk={(question) => open({ question, endpoint })}
          />
        ))}
      </div>
      {endpoints.length > 0 && <Deliveries endpoints={endpoints} />}
    </>
  );
}

interface CardProps {
  endpoint: EndpointFieldsFragment;
  onEdit: () => void;
  onAsk: (question: EndpointQuestion) => void;
}

function Card({ endpoint, onEdit, onAsk }: CardProps) {
  const { t, enumLabel, list } = useI18n();
  const { url, active, actions, updatedAt } = endpoint;
  return (
    <article className="card" aria-label={url}>
      <div className="card-head">
        <h2 className="address">{url}</h2>
        <span className={`badge ${active ? 'good' : 'still'}`}>{t(active ? 'posting' : 'notPosting')}</span>
      </div>
      <dl className="facts">
        <Fact term={t('postedEvents')}>
          {actions.length ? list(actions.map((action) => enumLabel('action', action))) : t('allEvents')}
        </Fact>
        <Fact term={t('changedAt')}>
          <When at={updatedAt} />
        </Fact>
      </dl>
      <div className="actions start">
        <May action="UPDATE_WEBHOOK_ENDPOINT">
          <Button className="button" aria-label={t('changeEndpoint', { url })} onPress={onEdit}>
            {t('change')}
          </Button>
        </May>
        <May action="ROTATE_WEBHOOK_SECRET">
          <Button className="button" onPress={() => onAsk('rotate')}>
            {t('newSecret')}
          </Button>
        </May>
        <May action="REPLAY_WEBHOOK_DELIVERIES">
          <Button className="button" onPress={() => onAsk('replay')}>
            {t('replayFailed')}
          </Button>
        </May>
        <May action="DELETE_WEBHOOK_ENDPOINT">
          <Button className="button danger" onPress={() => onAsk('delete')}>
            {t('remove')}
          </Button>
        </May>
      </div>
    </article>
  );
}
