import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Timeline } from '../components/display';
import { RequestSummary } from '../components/RequestSummary';
import { Unfold } from '../components/Unfold';
import { useLinkTarget } from '../components/useLinkTarget';
import type { StoreOrderFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const QuestionDialog = lazy(() => import('../components/QuestionDialog'));
const WayBack = lazy(() => import('./WayBack'));
const RequestMessages = lazy(() => import('../messages/RequestMessages'));

/** A request with its history, as its customer sees it. */
export function RequestCard({ request }: { request: StoreOrderFieldsFragment['requests'][number] }) {
  const { t } = useI18n();
  const [question, setQuestion] = useState<'takeBack' | 'convert' | null>(null);
  const [changes, setChanges] = useState(0);
  const article = useLinkTarget(request.id);
  const isAllowed = (action: string) =>
    request.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  useEffect(() => {
    if (changes > 0) article.current?.focus(); // the button that has opened the dialog may be gone
  }, [article, changes]);
  return (
    <article
      ref={article}
      tabIndex={-1}
      className="card request"
      aria-label={t('requestNumber', { number: request.number })}
    >
      <RequestSummary request={request} pathOf={({ id }) => `/store/orders/${request.order.id}#${id}`} />
      {(request.returnTerms || request.returnShipment || !!request.plan?.adjustments.length) && (
        <Suspense>
          <WayBack request={request} onSent={() => setChanges((count) => count + 1)} />
        </Suspense>
      )}
      <Timeline events={request.timeline} />
      <Unfold summary={t('mailedToYou')}>
        <RequestMessages id={request.id} />
      </Unfold>
      <div className="actions start">
        {isAllowed('WITHDRAW_REQUEST') && (
          <Button className="button" onPress={() => setQuestion('takeBack')}>
            {t('takeRequestBack')}
          </Button>
        )}
        {isAllowed('CONVERT_TO_RETURN') && (
          <Button className="button" onPress={() => setQuestion('convert')}>
            {t('convert')}
          </Button>
        )}
      </div>
      <Suspense>
        {question && (
          <QuestionDialog
            question={question}
            request={request}
            onDone={() => setChanges((count) => count + 1)}
            onClose={() => setQuestion(null)}
          />
        )}
      </Suspense>
    </article>
  );
}
