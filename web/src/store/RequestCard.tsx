import './texts';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Meanwhile } from '../components/Meanwhile';
import { RequestSummary } from '../components/RequestSummary';
import { toast } from '../components/toast';
import { Unfold } from '../components/Unfold';
import { useLinkTarget } from '../components/useLinkTarget';
import { useI18n } from '../i18n/I18n';
import { Steps } from './Steps';
import type { Request } from './steps';

const QuestionDialog = lazy(() => import('../components/QuestionDialog'));
const WayBack = lazy(() => import('./WayBack'));
const RequestMessages = lazy(() => import('../messages/RequestMessages'));

/** A request step by step, as its customer sees it, and beside it what to do and what was mailed. */
export default function RequestCard({ request }: { request: Request }) {
  const { t } = useI18n();
  const [asked, setAsked] = useState<{ question: 'takeBack' | 'convert'; request: Request } | null>(null);
  const [changes, setChanges] = useState(0);
  const article = useLinkTarget(request.id);
  const isAllowed = (action: string) =>
    request.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const done = (message: string) => {
    setChanges((count) => count + 1);
    toast(message);
  };
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
      <RequestSummary
        request={request}
        pathOf={({ id }) => `/store/orders/${request.order.id}#${id}`}
        plain
      />
      <div className="beside">
        <Steps request={request} />
        <div>
          {(request.returnTerms || request.returnShipment || !!request.plan?.adjustments.length) && (
            <Suspense>
              <WayBack request={request} onSent={(number) => done(t('returnDone', { number }))} />
            </Suspense>
          )}
          <Unfold summary={t('mailedToYou')}>
            <RequestMessages id={request.id} />
          </Unfold>
        </div>
      </div>
      <div className="actions start">
        {isAllowed('WITHDRAW_REQUEST') && (
          <Button className="button" onPress={() => setAsked({ question: 'takeBack', request })}>
            {t('takeRequestBack')}
          </Button>
        )}
        {isAllowed('CONVERT_TO_RETURN') && (
          <Button className="button" onPress={() => setAsked({ question: 'convert', request })}>
            {t('convert')}
          </Button>
        )}
      </div>
      <Suspense>
        {asked && (
          <Meanwhile requests={[asked.request]}>
            <QuestionDialog
              {...asked}
              onDone={() =>
                done(
                  t(asked.question === 'takeBack' ? 'requestsTakenBack' : 'doneWith', {
                    number: request.number,
                    numbers: request.number,
                  }),
                )
              }
              onClose={() => setAsked(null)}
            />
          </Meanwhile>
        )}
      </Suspense>
    </article>
  );
}
