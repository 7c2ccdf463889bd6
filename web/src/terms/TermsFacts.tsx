import { Fact } from '../components/display';
import type { CancellationTermsFieldsFragment, TermsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Said, useTermsWords } from './words';

/** How a return goes, fact by fact; for customers without what only others do. */
export function TermsFacts({ terms, plain = false }: { terms: TermsFieldsFragment; plain?: boolean }) {
  const { outcomes } = useTermsWords();
  return <Facts said={outcomes(terms, plain)} />;
}

/** Until when a cancellation is decided on, and what happens then. */
export function CancellationFacts({ terms }: { terms: CancellationTermsFieldsFragment }) {
  const { ofCancellation } = useTermsWords();
  return <Facts said={ofCancellation(terms)} />;
}

function Facts({ said }: { said: readonly Said[] }) {
  return (
    <dl className="facts">
      {said.map(({ name, label, text }) => (
        <Fact key={name} term={label}>
          {text}
        </Fact>
      ))}
    </dl>
  );
}

/** What a rule asks for or says, in the cell of a table. */
export function SaidList({ said }: { said: readonly Said[] }) {
  return (
    <ul className="said">
      {said.map(({ name, label, text }) => (
        <li key={name}>
          <span className="quiet">{label}:</span> {text}
        </li>
      ))}
    </ul>
  );
}

/** The version and the rule that terms are of; nothing for those from before there were versions. */
export function RuleOf({
  terms: { version, rule },
}: {
  terms: Pick<TermsFieldsFragment, 'version' | 'rule'>;
}) {
  const { t } = useI18n();
  if (!rule) return null;
  return version ? t('ruleOf', { version, rule }) : t('ruleOfDraft', { rule });
}
