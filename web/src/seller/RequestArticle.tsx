import { lazy } from 'react';
import { Timeline } from '../components/display';
import { RequestSummary } from '../components/RequestSummary';
import { Unfold } from '../components/Unfold';
import type { Action, SellerRequestQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { CancellationTerms, RequestTerms } from '../terms/RequestTerms';
import { DecisionButtons, type DecisionButtonsProps } from './DecisionButtons';
import { requestPath } from './requestPath';

const RequestMessages = lazy(() => import('../messages/RequestMessages'));

type Request = NonNullable<SellerRequestQuery['request']>;

export const confirmedBySystem = (request: { timeline?: readonly { action: Action }[] }) =>
  request.timeline?.some(({ action }) => action === 'AUTO_CONFIRM');

interface RequestArticleProps {
  request: Request;
  onDecide: DecisionButtonsProps['onDecide'];
}

/** A request as its seller sees it: the decision, and the history with what the owner decided for the seller. */
export function RequestArticle({ request, onDecide }: RequestArticleProps) {
  const { t } = useI18n();
  const decidedForSeller = request.timeline.some(({ onBehalfOf }) => onBehalfOf === 'SELLER');
  return (
    <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
      <RequestSummary request={request} level={2} pathOf={requestPath} />
      <p className="quiet">
        {t('orderDetails', { number: request.order.number })} · {request.customer.name}
        {confirmedBySystem(request) && ` · ${t('automatic')}`}
        {decidedForSeller && ` · ${t('decidedForYou')}`}
      </p>
      <RequestTerms terms={request.returnTerms} />
      <CancellationTerms terms={request.cancellationTerms} />
      <DecisionButtons request={request} onDecide={onDecide} />
      <details open={decidedForSeller}>
        <summary>{t('history')}</summary>
        <Timeline events={request.timeline} />
      </details>
      <Unfold summary={t('mailedToYou')}>
        <RequestMessages id={request.id} />
      </Unfold>
    </article>
  );
}
