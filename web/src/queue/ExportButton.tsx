import { lazy, Suspense, useState } from 'react';
import { BusyButton } from '../components/BusyButton';
import type { ExportedList, ViewedList } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const ExportJob = lazy(() => import('./ExportJob'));

/** Whether a list can be written to a file. */
export const isExported = (list: ViewedList): list is ExportedList => list !== 'MESSAGES';

/** Writes the list, as it is filtered, to a file of CSV and downloads it. */
export function ExportButton({ list, filter }: { list: ExportedList; filter: object }) {
  const { t } = useI18n();
  const [job, setJob] = useState(0);
  const [busy, setBusy] = useState(false);
  const start = () => {
    setBusy(true);
    setJob((last) => last + 1);
  };
  return (
    <May action="START_EXPORT">
      <BusyButton className="button small" busy={busy} onPress={start}>
        {t('exportList')}
      </BusyButton>
      <Suspense>
        {job > 0 && <ExportJob key={job} list={list} filter={filter} onEnd={() => setBusy(false)} />}
      </Suspense>
    </May>
  );
}
