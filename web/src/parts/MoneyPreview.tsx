import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import type { PreviewPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Money } from './Show';
import { Fault, itemOf, type NameOf } from './States';

interface MoneyPreviewProps<Input> {
  document: TypedDocumentNode<{ preview: PreviewPartsFragment }, { input: Input }>;
  input: Input;
  /** While a form is being filled in, what is still missing need not be said. */
  quiet?: boolean;
  nameOf?: NameOf;
  /** Told whether the command would be carried out. */
  onAnswer?: (possible: boolean) => void;
}

/** What money a command would move if everybody agreed now, computed by the server's own pricing. */
export function MoneyPreview<Input>(props: MoneyPreviewProps<Input>) {
  const { document, input, quiet = false, nameOf, onAnswer } = props;
  const { t, said } = useI18n();
  const [{ data, error, fetching }, run] = useQuery({
    query: document,
    variables: { input },
    requestPolicy: 'network-only',
  });
  const { plans = [], userErrors = [] } = data?.preview ?? {};
  const complaints = quiet ? [] : userErrors;
  const possible = !fetching && data !== undefined && userErrors.length === 0;
  useEffect(() => onAnswer?.(possible), [onAnswer, possible]);
  return (
    <section className="preview" aria-label={t('preview')} aria-live="polite" aria-busy={fetching}>
      {error && !quiet && <Fault error={error} onRetry={run} />}
      {fetching && !data && !quiet && <p className="quiet">{t('loading')}</p>}
      {plans.map((plan) => (
        <dl key={plan.seller.id + plan.transaction} className="facts">
          {plan.lines.map((line) => (
            <div key={line.orderItem.id} className="fact">
              <dt>
                {line.quantity} × {line.orderItem.name}
                {Number(line.shippingShare.amount) !== 0 && ` (${t('withShipping')})`}
              </dt>
              <dd>
                <Money of={line.total} />
              </dd>
            </div>
          ))}
          <div className="fact sum">
            <dt>
              {t('moneyBack')} · {plan.seller.name}
            </dt>
            <dd>
              <Money of={plan.total} />
            </dd>
          </div>
        </dl>
      ))}
      {complaints.length > 0 && (
        <ul className="why-not">
          {complaints.map((one) => (
            <li key={one.field.join('.') + one.code}>
              {[itemOf(one.field, nameOf), said(one)].filter(Boolean).join(': ')}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
