import { lazy, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useQuery } from 'urql';
import { Empty, ServerError, Spinner } from './components/feedback';
import { part } from './components/part';
import { Shell } from './components/Shell';
import { TOASTS, useToasts } from './components/toast';
import { type Role, ViewerDocument } from './gql/graphql';
import { LiveProvider } from './graphql/LiveProvider';
import { useI18n } from './i18n/I18n';
import { ActionsProvider } from './session/May';
import { resumeRenewal } from './session/renewal';
import { Seat } from './session/seat';
import { currentToken, sessionHolds, useExpired, useGeneration } from './session/token';
import { FIND_ORDER } from './store/paths';

const SignIn = lazy(() => import('./session/SignIn'));
const FindOrder = lazy(() => import('./store/FindOrder'));
const Owner = part(() => import('./owner/Owner'));
const Seller = part(() => import('./seller/Seller'));
const Store = part(() => import('./store/Store'));
const SessionEnded = lazy(() => import('./session/SessionEnded'));
const Toasts = lazy(TOASTS);

// the pages of this address come while the server is asked who the person is; if that fails, they are asked for again
const seats = new Map(Object.entries({ owner: Owner, seller: Seller, store: Store }));
if (currentToken()) {
  seats
    .get(location.pathname.split('/')[1] ?? '')
    ?.load()
    .catch(() => {});
}

const HOME_PATHS: Partial<Record<Role, string>> = { CUSTOMER: '/store', SELLER: '/seller', OWNER: '/owner' };

export function App() {
  const generation = useGeneration();
  const { t } = useI18n();
  const { pathname } = useLocation();
  if (pathname === FIND_ORDER)
    return (
      <Suspense fallback={<Spinner />}>
        <FindOrder />
      </Suspense>
    );
  if (!currentToken()) {
    return (
      <Shell title={t('signIn')}>
        <Suspense fallback={<Spinner />}>
          <SignIn key={generation} />
        </Suspense>
      </Shell>
    );
  }
  return (
    <LiveProvider key={generation}>
      <SignedIn />
    </LiveProvider>
  );
}

/** The pages for the viewer's role. Every other path leads to the first of them. */
function SignedIn() {
  const { t, enumLabel } = useI18n();
  useEffect(() => {
    void resumeRenewal();
  }, []);
  const expired = useExpired();
  const toasts = useToasts();
  const [{ data, error }, retry] = useQuery({ query: ViewerDocument, requestPolicy: 'network-only' });
  useEffect(() => {
    if (data) sessionHolds();
  }, [data]);
  if (error)
    return (
      <Shell title="">
        <ServerError error={error} onRetry={retry} />
      </Shell>
    );
  if (!data) return <Spinner />;
  const { viewer } = data;
  const home = HOME_PATHS[viewer.role];
  if (!home)
    return (
      <Shell title="" personName={viewer.id}>
        <Empty>{t('pageMissing')}</Empty>
      </Shell>
    );
  return (
    <Seat value={viewer.role}>
      <ActionsProvider value={viewer.actions}>
        <Suspense fallback={<Spinner />}>
          <Suspense>{expired && <SessionEnded />}</Suspense>
          <Suspense>{toasts && <Toasts />}</Suspense>
          <Routes>
            {viewer.role === 'CUSTOMER' && (
              <Route path="/store/*" element={<Store personName={viewer.customer?.name ?? viewer.id} />} />
            )}
            {viewer.role === 'SELLER' && (
              <Route path="/seller/*" element={<Seller personName={viewer.seller?.name ?? viewer.id} />} />
            )}
            {viewer.role === 'OWNER' && (
              <Route
                path="/owner/*"
                element={<Owner personName={viewer.actions ? viewer.id : enumLabel('role', viewer.role)} />}
              />
            )}
            <Route path="*" element={<Navigate to={home} replace />} />
          </Routes>
        </Suspense>
      </ActionsProvider>
    </Seat>
  );
}
