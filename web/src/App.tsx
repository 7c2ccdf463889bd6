import { lazy, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { useQuery } from 'urql';
import { type Role, ViewerDocument } from './gql/graphql';
import { LiveProvider } from './graphql/LiveProvider';
import { useI18n } from './i18n/I18n';
import { Shell } from './parts/Shell';
import { Empty, Fault, Spinner } from './parts/States';
import { goOnRenewing } from './session/renewal';
import { SignIn } from './session/SignIn';
import { currentToken, useGeneration } from './session/store';

const Store = lazy(() => import('./store/Store'));
const Seller = lazy(() => import('./seller/Seller'));
const Owner = lazy(() => import('./owner/Owner'));

const HOMES: Partial<Record<Role, string>> = { CUSTOMER: '/store', SELLER: '/seller', OWNER: '/owner' };

export function App() {
  const generation = useGeneration();
  const { t } = useI18n();
  if (!currentToken()) {
    return (
      <Shell title={t('signIn')}>
        <SignIn key={generation} />
      </Shell>
    );
  }
  return (
    <LiveProvider key={generation}>
      <Seats />
    </LiveProvider>
  );
}

/** The pages of the viewer's role; every other address leads to the first of them. */
function Seats() {
  const { t, word } = useI18n();
  useEffect(() => {
    void goOnRenewing();
  }, []);
  const [{ data, error }, retry] = useQuery({ query: ViewerDocument, requestPolicy: 'network-only' });
  if (error)
    return (
      <Shell title="">
        <Fault error={error} onRetry={retry} />
      </Shell>
    );
  if (!data) return <Spinner />;
  const { viewer } = data;
  const home = HOMES[viewer.role];
  if (!home)
    return (
      <Shell title="" who={viewer.id}>
        <Empty>{t('pageMissing')}</Empty>
      </Shell>
    );
  return (
    <Suspense fallback={<Spinner />}>
      <Routes>
        {viewer.role === 'CUSTOMER' && (
          <Route path="/store/*" element={<Store who={viewer.customer?.name ?? viewer.id} />} />
        )}
        {viewer.role === 'SELLER' && (
          <Route path="/seller/*" element={<Seller who={viewer.seller?.name ?? viewer.id} />} />
        )}
        {viewer.role === 'OWNER' && (
          <Route path="/owner/*" element={<Owner who={word('role', viewer.role)} />} />
        )}
        <Route path="*" element={<Navigate to={home} replace />} />
      </Routes>
    </Suspense>
  );
}
