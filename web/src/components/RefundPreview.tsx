import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Fragment, type ReactNode, useEffect } from 'react';
import { useQuery } from 'urql';
import type { PreviewFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Money } from './display';
import { type NameOf, ServerError, useNameAt } from './feedback';
import { Kept } from './Kept';

interface RefundPreviewProps<Input, Preview extends PreviewFieldsFragment> {
  document: TypedDocumentNode<{ preview: Preview }, { input: Input }>;
  input: Input;
  /** The form is still being filled in: show no errors yet. */
  incomplete?: boolean;
  nameOf?: NameOf;
  /** Called with whether the server would carry out the command. */
  onPossibleChange?: (possible: boolean) => void;
  onShown?: (preview: Preview) => void;
  /** What else is said of a plan. */
  children?: (plan: Preview['plans'][number]) => ReactNode;
}

/** The refund that a command would lead to, as the server calculates it. */
export function RefundPreview<Input, Preview extends PreviewFieldsFragment>(
  props: RefundPreviewProps<Input, Preview>,
) {
  const { document, input, incomplete = false, nameOf, onPossibleChange, onShown, children } = props;
  const { t, refusalText } = useI18n();
  const nameAt = useNameAt(nameOf);
  const [{ data, error, fetching }, run] = useQuery({
    query: document,
    variables: { input },
    requestPolicy: 'network-only',
  });
  const { plans = [], userErrors = [] } = data?.preview ?? {};
  const shownErrors = incomplete ? [] : userErrors;
  const possible = !fetching && data !== undefined && userErrors.length === 0;
  useEffect(() => onPossibleChange?.(possible), [onPossibleChange, possible]);
  const shown = data?.preview;
  useEffect(() => {
    if (shown) onShown?.(shown);
  }, [onShown, shown]);
  return (
    <section className="preview" aria-label={t('preview')} aria-live="polite" aria-busy={fetching}>
      {error && !incomplete && <ServerError error={error} onRetry={run} />}
      {fetching && !data && !incomplete && <p className="quiet">{t('loading')}</p>}
      {plans.map((plan) => (
        <Fragment key={plan.seller.id + plan.transaction}>
          <dl className="facts">
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
            <Kept adjustments={plan.adjustments} />
            <div className="fact sum">
              <dt>
                {t('refund')} · {plan.seller.name}
              </dt>
              <dd>
                <Money of={plan.total} />
              </dd>
            </div>
          </dl>
          {children?.(plan)}
        </Fragment>
      ))}
      {shownErrors.length > 0 && (
        <ul className="why-not">
          {shownErrors.map((userError) => (
            <li key={userError.field.join('.') + userError.code}>
              {[nameAt(userError.field), refusalText(userError)].filter(Boolean).join(': ')}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
