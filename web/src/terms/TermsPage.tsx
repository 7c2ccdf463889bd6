import { lazy, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useNavigate, useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { BusyButton } from '../components/BusyButton';
import { Fact, When } from '../components/display';
import { CommandError, Note, NotFound, ServerError, Spinner } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { useTitle } from '../components/useTitle';
import { TermsDocument, type VersionFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May, useMay } from '../session/May';
import { Diff } from './Diff';
import { RuleTable } from './RuleTable';
import { type Draft, placed, rulesOf, useDraft } from './rules';
import { Simulation } from './Simulation';
import { useNewDraft } from './Terms';
import { Standing, useVersions, useVersionTitle } from './Versions';

const RuleDialog = lazy(() => import('./RuleDialog'));
const RemoveRuleDialog = lazy(() => import('./RemoveRuleDialog'));
const NoteDialog = lazy(() => import('./NoteDialog'));
const PublishDialog = lazy(() => import('./PublishDialog'));
const DiscardDialog = lazy(() => import('./DiscardDialog'));

const TERMS = '/owner/settings?view=terms';

/** A version of the terms: a draft to be written, tried and published, or what was published. */
export default function TermsPage() {
  const { id = '' } = useParams();
  const { t } = useI18n();
  const titleOf = useVersionTitle();
  const [{ data, error }, run] = useQuery({ query: TermsDocument, variables: { id } });
  const { versions, look } = useVersions();
  const version = data?.terms;
  const title = version ? titleOf(version) : t('terms');
  useTitle(title);
  const { open, dialog } = useDraftDialogs(version, () => {
    run({ requestPolicy: 'network-only' });
    look();
  });

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!version) return <NotFound text={t('termsNotFound')} />;
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/owner/settings', name: t('settings') },
          { to: TERMS, name: t('terms') },
        ]}
        page={title}
      />
      <div className="head">
        <h1>{title}</h1>
        <Standing version={version} />
      </div>
      <About version={version} />
      {dialog}
      {version.status === 'DRAFT' ? (
        <Writing draft={version} versions={versions ?? []} open={open} />
      ) : (
        <Published version={version} />
      )}
      {versions && <Diff version={version} versions={versions} />}
      <Simulation version={version} />
    </>
  );
}

function About({ version }: { version: Draft }) {
  const { t } = useI18n();
  const { effectiveAt, publishedAt, publishedBy, note, updatedAt } = version;
  return (
    <dl className="card narrow facts">
      {effectiveAt && (
        <Fact term={t('effectiveAt')}>
          <When at={effectiveAt} />
        </Fact>
      )}
      <Fact term={t(publishedAt ? 'publishedAt' : 'savedAt')}>
        <When at={publishedAt ?? updatedAt} />
        {publishedBy && ` · ${publishedBy}`}
      </Fact>
      {note && <Fact term={t('decisionNote')}>{note}</Fact>}
    </dl>
  );
}

function Published({ version }: { version: Draft }) {
  const draft = useNewDraft();
  return (
    <>
      {draft.button(rulesOf(version))}
      {draft.dialog}
      <RuleTable version={version} />
    </>
  );
}

type Opened = { change: number | null } | { remove: number } | 'note' | 'publish' | 'discard';

/** The dialogs in which a draft is changed, published and thrown away. `look` reads the page anew, for others publish, too. */
function useDraftDialogs(draft: Draft | null | undefined, look: () => void) {
  const { t } = useI18n();
  const navigate = useNavigate();
  return usePageDialog<Opened>((what, { onDone, onClose }) => {
    if (!draft) return null;
    const ends = { draft, onDone: () => onDone(t('done')), onClose };
    if (what === 'publish') {
      const published = () => {
        ends.onDone();
        look();
      };
      return <PublishDialog {...ends} onDone={published} onRefused={look} />;
    }
    if (what === 'discard') return <DiscardDialog {...ends} onDone={() => navigate(TERMS)} />;
    if (what === 'note') return <NoteDialog {...ends} rules={rulesOf(draft)} />;
    if ('remove' in what) return <RemoveRuleDialog {...ends} onDone={onDone} place={what.remove} />;
    return <RuleDialog {...ends} place={what.change} />;
  });
}

interface WritingProps {
  draft: Draft;
  versions: readonly VersionFieldsFragment[];
  open: (what: Opened) => void;
}

/** The rules of a draft, each change saved at once, until it is published. */
function Writing({ draft, versions, open }: WritingProps) {
  const { t } = useI18n();
  const { save, busy, failure } = useDraft(draft);
  const may = useMay();
  const [moved, setMoved] = useState('');
  const move = async (place: number, by: -1 | 1) => {
    const rules = rulesOf(draft);
    const rule = rules[place];
    if (busy || !rule || !(await save(placed(rules, place, rule, place + by)))) return;
    setMoved(t('movedTo', { name: rule.name, place: place + by + 1, count: rules.length }));
  };
  const publish = useRef<HTMLButtonElement>(null);
  const keep = async () => {
    if (await save(rulesOf(draft))) publish.current?.focus(); // the button that was pressed is gone
  };
  const latest = Math.max(0, ...versions.map(({ number }) => number ?? 0));
  return (
    <>
      <p className="quiet">{t('draftIntro')}</p>
      {latest > draft.basedOn && (
        <Note tone="bad">
          <p>{t('draftOutdated', { number: latest })}</p>
          <May action="DRAFT_TERMS">
            <BusyButton busy={busy} onPress={keep}>
              {t('keepRules')}
            </BusyButton>
          </May>
        </Note>
      )}
      <div className="actions start">
        <May action="DRAFT_TERMS">
          <Button className="button" onPress={() => open({ change: null })}>
            {t('addRule')}
          </Button>
          <Button className="button" onPress={() => open('note')}>
            {t('changeNote')}
          </Button>
        </May>
        <May action="DISCARD_TERMS">
          <Button className="button" onPress={() => open('discard')}>
            {t('discardDraft')}
          </Button>
        </May>
        <May action="PUBLISH_TERMS">
          <Button ref={publish} className="button primary" onPress={() => open('publish')}>
            {t('publish')}
          </Button>
        </May>
      </div>
      <p className="unseen" role="status">
        {moved}
      </p>
      <CommandError failure={failure} nameOf={(index) => draft.rules[index]?.name} />
      <RuleTable
        version={draft}
        {...(may('DRAFT_TERMS') && {
          editing: {
            onChange: (change) => open({ change }),
            onRemove: (remove) => open({ remove }),
            onMove: (place, by) => void move(place, by),
          },
        })}
      />
    </>
  );
}
