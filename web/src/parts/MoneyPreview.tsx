import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useQuery } from 'urql';
import type { PreviewPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Money } from './Show';

interface MoneyPreviewProps<Input> {
  document: TypedDocumentNode<{ preview: PreviewPartsFragment }, { input: Input }>;
  input: Input;
  /** While a form is being filled in, what is still missing need not be said. */
  quiet?: boolean;
}

/** What money a command would move if everybody agreed now, computed by the server's own pricing. */
export function MoneyPreview<Input>({ document, input, quiet = false }: MoneyPreviewProps<Input>) {
  const { t } = useI18n();
  const [{ data }] = useQuery({ query: document, variables: { input }, requestPolicy: 'network-only' });
  const { plans = [], userErrors = [] } = data?.preview ?? {};
  const complaints = quiet ? [] : userErrors;
  return (
    <section className="preview" aria-label={t('preview')} aria-live="polite">
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
            <li key={one.field.join('.') + one.code}>{one.message}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
