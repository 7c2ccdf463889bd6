import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { NavLink, useLocation } from 'react-router';
import mark from '../favicon.svg';
import { useLive } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { useMay } from '../session/May';
import { signOut } from '../session/token';
import { WithdrawLink } from '../withdrawals/WithdrawLink';
import { Icon } from './Icon';
import type { IconName } from './icons';
import { Preferences } from './Preferences';
import { useCurrentInSight } from './useCurrentInSight';

/** The icon of a page, by the end of its address; any other is a home. */
const PAGE_ICONS: Record<string, IconName> = {
  returns: 'returned',
  arriving: 'returned',
  messages: 'mail',
  orders: 'bag',
  packages: 'package',
  refunds: 'cash',
  requests: 'list',
  settings: 'sliders',
};

export interface Page {
  to: string;
  label: string;
  /** Its whole name, if the menu shows a shorter one. */
  name?: string;
  /** Whether pages below its address are others. */
  end?: boolean;
}

interface ShellProps {
  title: string;
  personName?: string | undefined;
  pages?: readonly Page[];
  /** What this person wants of messages, if that can be chosen. */
  notifications?: string;
  /** Whether the page belongs to the shop, as all do of which nobody is signed in. */
  shop?: boolean;
  children: ReactNode;
}

/** The frame of every page: the area, the person, the navigation and the state of the live connection. */
export function Shell({
  title,
  personName,
  pages = [],
  notifications,
  shop = !personName,
  children,
}: ShellProps) {
  const { t } = useI18n();
  const may = useMay();
  const content = useRef<HTMLElement>(null);
  const menu = useRef<HTMLElement>(null);
  useFocusOnNavigation(content);
  useCurrentInSight(menu, useLocation().pathname);
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="top">
        <div className="brand">
          <img src={mark} alt="" width="28" height="28" />
          <span>
            Retour <span className="area">{title}</span>
          </span>
        </div>
        {pages.length > 0 && (
          <nav ref={menu} className="pages" aria-label={t('menu')}>
            {pages.map((page) => (
              <NavLink key={page.to} to={page.to} end={page.end ?? false} aria-label={page.name}>
                <Icon name={PAGE_ICONS[page.to.split('/').at(-1) ?? ''] ?? 'home'} />
                {page.label}
              </NavLink>
            ))}
          </nav>
        )}
        <div className="corner">
          {personName && <ConnectionStatus />}
          <Preferences />
          {notifications && may('SET_MESSAGE_PREFERENCES') && (
            <NavLink className="button small" to={notifications}>
              <Icon name="mail" />
              <span className="wide">{t('notifications')}</span>
            </NavLink>
          )}
          {personName && (
            <>
              <span className="who">{personName}</span>
              <Button className="button small" onPress={() => signOut()}>
                <Icon name="logout" />
                <span className="wide">{t('signOut')}</span>
              </Button>
            </>
          )}
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1}>
        {children}
      </main>
      {shop && (
        <footer className="foot">
          <WithdrawLink />
        </footer>
      )}
    </>
  );
}

/** Moves the focus to the content of a new page, as a new document would, unless its details hold it already. */
function useFocusOnNavigation(content: RefObject<HTMLElement | null>) {
  const { pathname } = useLocation();
  const lastPath = useRef(pathname);
  useEffect(() => {
    if (lastPath.current === pathname) return;
    lastPath.current = pathname;
    if (!document.activeElement?.closest('.side')) content.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [content, pathname]);
}

function ConnectionStatus() {
  const { t } = useI18n();
  const { connection } = useLive();
  return (
    <span className={`light ${connection}`} role="status" data-connection={connection}>
      <span>{t(connection)}</span>
    </span>
  );
}
