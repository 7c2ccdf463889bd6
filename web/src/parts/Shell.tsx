import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { NavLink, useLocation } from 'react-router';
import mark from '../favicon.svg';
import { useLive } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { signOut } from '../session/store';
import { Preferences } from './Preferences';

export interface Page {
  to: string;
  label: string;
}

interface ShellProps {
  title: string;
  who?: string | undefined;
  pages?: readonly Page[];
  children: ReactNode;
}

/** The frame of every page: which seat, who sits there, its pages, and whether the page is live. */
export function Shell({ title, who, pages = [], children }: ShellProps) {
  const { t } = useI18n();
  const content = useRef<HTMLElement>(null);
  useArrival(content);
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="top">
        <div className="brand">
          <img src={mark} alt="" width="28" height="28" />
          <span>
            Retour <span className="seat">{title}</span>
          </span>
        </div>
        {pages.length > 0 && (
          <nav className="pages" aria-label={t('menu')}>
            {pages.map((page) => (
              <NavLink key={page.to} to={page.to}>
                {page.label}
              </NavLink>
            ))}
          </nav>
        )}
        <div className="corner">
          {who && <ConnectionLight />}
          <Preferences />
          {who && (
            <>
              <span className="who">{who}</span>
              <Button className="button small" onPress={() => signOut()}>
                {t('signOut')}
              </Button>
            </>
          )}
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** After a change of page, keyboard and screen reader start at its content, as they would with a new document. */
function useArrival(content: RefObject<HTMLElement | null>) {
  const { pathname } = useLocation();
  const seen = useRef(pathname);
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    content.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [content, pathname]);
}

function ConnectionLight() {
  const { t } = useI18n();
  const { light } = useLive();
  return (
    <span className={`light ${light}`} role="status" data-light={light}>
      {t(light)}
    </span>
  );
}
