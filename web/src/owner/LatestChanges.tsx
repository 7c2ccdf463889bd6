import { Badge, When } from '../components/display';
import { type Change, useLive } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

/** The changes since the page was opened, newest first, each change once. */
export function LatestChanges() {
  const { t } = useI18n();
  const { changes } = useLive();
  return (
    <section className="card" aria-labelledby="changes">
      <h2 id="changes">{t('updates')}</h2>
      <p className="quiet">{changes.length ? t('liveHint') : t('noChange')}</p>
      <ol className="timeline" aria-live="polite" aria-labelledby="changes">
        {changes.map((change) => (
          <ChangeLine key={change.update.cursor} change={change} />
        ))}
      </ol>
    </section>
  );
}

function ChangeLine({ change }: { change: Change }) {
  const { t, enumLabel } = useI18n();
  const { kind, update } = change;
  const number = kind === 'request' ? update.request.number : update.plan.request.number;
  return (
    <li data-cursor={update.cursor}>
      <span className="what">
        {kind === 'plan' ? t('plan') : t('request')} {number}: {enumLabel('action', update.action)}
      </span>
      <Badge kind={kind === 'request' ? 'requestStatus' : 'planStatus'} value={update.to} />
      <span className="quiet">
        {enumLabel('role', update.actor.role)} · <When at={update.at} />
      </span>
    </li>
  );
}
