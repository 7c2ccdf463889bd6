import { lazy, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Fact } from '../components/display';
import { TextInput } from '../components/Fields';
import { FileButton } from '../components/FileButton';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { CustomersByEmailDocument, type FoundCustomerFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const EraseDialog = lazy(() => import('./EraseDialog'));

/** What the owner does for a person who asks what is known of them, or wants it to go. */
export default function Privacy() {
  const { t } = useI18n();
  const [typed, setTyped] = useState('');
  const [email, setEmail] = useState('');
  const [{ data, error, fetching }, run] = useQuery({
    query: CustomersByEmailDocument,
    variables: { email },
    pause: !email,
    requestPolicy: 'network-only',
  });
  const { open, dialog } = usePageDialog<FoundCustomerFragment>((customer, { onDone, onClose }) => (
    <EraseDialog
      customer={customer}
      onDone={(message) => {
        onDone(message);
        setEmail('');
        setTyped('');
      }}
      onClose={onClose}
    />
  ));
  return (
    <>
      <p className="quiet">{t('privacyIntro')}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setEmail(typed.trim());
        }}
      >
        <TextInput label={t('customerEmail')} value={typed} onChange={setTyped} />
        <div className="actions start">
          <Button type="submit" className="button">
            {t('findCustomer')}
          </Button>
        </div>
      </form>
      {error && <ServerError error={error} onRetry={run} />}
      {fetching && <Spinner />}
      {dialog}
      {email && data?.customers.length === 0 && !fetching && <Empty>{t('noSuchCustomer')}</Empty>}
      <div className="cards">
        {email &&
          data?.customers.map((each) => <Card key={each.id} customer={each} onErase={() => open(each)} />)}
      </div>
    </>
  );
}

function Card({ customer, onErase }: { customer: FoundCustomerFragment; onErase: () => void }) {
  const { t } = useI18n();
  return (
    <article className="card" aria-label={customer.name}>
      <h2>{customer.name}</h2>
      <dl className="facts">
        <Fact term={t('customerEmail')}>{customer.email}</Fact>
        <Fact term={t('customerSubject')}>{customer.subject}</Fact>
      </dl>
      <div className="actions start">
        <FileButton
          path={`/people/${customer.id}/export`}
          name={`${customer.id}.json`}
          failure={t('exportFailed')}
        >
          {t('exportPerson')}
        </FileButton>
        <May action="ERASE_PERSON">
          <Button className="button danger" onPress={onErase}>
            {t('erasePerson')}
          </Button>
        </May>
      </div>
    </article>
  );
}
