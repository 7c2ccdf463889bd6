import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { SellerPicker } from '../components/SellerPicker';
import { usePageDialog } from '../components/usePageDialog';
import { ReturnSettingsDocument, type ReturnSettingsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { TermsFacts } from '../terms/TermsFacts';

const SettingsDialog = lazy(() => import('./SettingsDialog'));
const RemoveSettingsDialog = lazy(() => import('./RemoveSettingsDialog'));

/** Whose settings are changed: a seller's, or the marketplace's. */
export type SettingsOwner = { id: string; name: string } | null;

interface Change {
  of: SettingsOwner;
  settings: ReturnSettingsFieldsFragment | null;
  removes?: boolean;
}

/** How returns go: for the marketplace, and for sellers with settings of their own. */
export function ReturnSettings() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: ReturnSettingsDocument });
  const { open, dialog } = usePageDialog<Change>(({ of, settings, removes }, { onDone, onClose }) => {
    const done = () => {
      onDone(t('done'));
      run({ requestPolicy: 'network-only' });
    };
    return removes && settings ? (
      <RemoveSettingsDialog of={of} settings={settings} onDone={done} onClose={onClose} />
    ) : (
      <SettingsDialog of={of} settings={settings} onDone={done} onClose={onClose} />
    );
  });
  const all = data?.returnSettings ?? [];
  const marketplace = all.find(({ seller }) => !seller) ?? null;
  const set = new Set(all.flatMap(({ seller }) => (seller ? [seller.id] : [])));
  const change = (of: SettingsOwner, settings: ReturnSettingsFieldsFragment | null) => ({
    onEdit: () => open({ of, settings }),
    onRemove: () => open({ of, settings, removes: true }),
  });
  return (
    <>
      <p className="quiet">{t('settingsIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {dialog}
      {data && (
        <>
          <div className="cards">
            <Card name={t('marketplace')} settings={marketplace} {...change(null, marketplace)} />
            {all.map(
              (settings) =>
                settings.seller && (
                  <Card
                    key={settings.seller.id}
                    name={settings.seller.name}
                    settings={settings}
                    {...change(settings.seller, settings)}
                  />
                ),
            )}
          </div>
          <May action="SET_RETURN_SETTINGS">
            <SellerPicker
              label={t('ownSettings')}
              addLabel={t('add')}
              without={set}
              onPick={(of) => open({ of, settings: null })}
            />
          </May>
        </>
      )}
    </>
  );
}

interface CardProps {
  name: string;
  settings: ReturnSettingsFieldsFragment | null;
  onEdit: () => void;
  onRemove: () => void;
}

function Card({ name, settings, onEdit, onRemove }: CardProps) {
  const { t } = useI18n();
  return (
    <article className="card" aria-label={name}>
      <h2>{name}</h2>
      {settings ? <TermsFacts terms={settings.terms} /> : <Empty>{t('noSettings')}</Empty>}
      <May action="SET_RETURN_SETTINGS">
        <div className="actions start">
          <Button className="button" aria-label={t('changeOf', { name })} onPress={onEdit}>
            {t('change')}
          </Button>
          {settings && (
            <Button className="button" aria-label={t('removeOf', { name })} onPress={onRemove}>
              {t('remove')}
            </Button>
          )}
        </div>
      </May>
    </article>
  );
}
