import type { CancellationTermsFieldsFragment, TermsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { CancellationFacts, RuleOf, TermsFacts } from './TermsFacts';

interface RequestTermsProps {
  terms: TermsFieldsFragment | null | undefined;
  /** For customers: only what is about them, without the rule. */
  plain?: boolean;
  /** Whether the facts are shown at once. */
  open?: boolean;
}

/** The terms that a return has, and the version and the rule that they are of. */
export function RequestTerms({ terms, plain = false, open = false }: RequestTermsProps) {
  const { t } = useI18n();
  if (!terms) return null;
  return (
    <details open={open}>
      <summary>{t('returnTermsTitle')}</summary>
      {!plain && (
        <p>
          <RuleOf terms={terms} />
        </p>
      )}
      <TermsFacts terms={terms} plain={plain} />
    </details>
  );
}

interface CancellationTermsProps {
  terms: CancellationTermsFieldsFragment | null | undefined;
  /** Whether the facts are shown at once. */
  open?: boolean;
}

/** What the terms say of a cancellation, and the version and the rule that say it. */
export function CancellationTerms({ terms, open = false }: CancellationTermsProps) {
  const { t } = useI18n();
  if (!terms) return null;
  return (
    <details open={open}>
      <summary>{t('cancellationTermsTitle')}</summary>
      <p>
        <RuleOf terms={terms} />
      </p>
      <CancellationFacts terms={terms} />
    </details>
  );
}
