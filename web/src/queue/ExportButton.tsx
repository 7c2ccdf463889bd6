import { useState } from 'react';
import { useClient } from 'urql';
import { BusyButton } from '../components/BusyButton';
import { CommandError } from '../components/feedback';
import { download } from '../components/files';
import { useCommand } from '../components/useCommand';
import {
  type ExportedList,
  type ExportFieldsFragment,
  ExportProgressDocument,
  StartExportDocument,
  type ViewedList,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ASK_AGAIN = 700; // ms

/** Where an export takes the filter of a list: under the list's own name. */
const filterName = (list: ExportedList) =>
  list.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Whether a list can be written to a file. */
export const isExported = (list: ViewedList): list is ExportedList =>
  list !== 'MESSAGES' && list !== 'PACKAGES';

interface ExportButtonProps {
  list: ExportedList;
  filter: object;
}

/** Writes the list, as it is filtered, to a file of CSV and downloads it. Large lists show how far it is. */
export function ExportButton({ list, filter }: ExportButtonProps) {
  const { t, count } = useI18n();
  const client = useClient();
  const { send, failure } = useCommand(StartExportDocument);
  const [job, setJob] = useState<ExportFieldsFragment | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const follow = async (started: ExportFieldsFragment) => {
    let current: ExportFieldsFragment | null | undefined = started;
    while (current?.state === 'RUNNING') {
      setJob(current);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
      const { data } = await client
        .query(ExportProgressDocument, { id: started.id }, { requestPolicy: 'network-only' })
        .toPromise();
      current = data?.export;
    }
    if (!current?.url) throw new Error(current?.message ?? t('exportLost'));
    await download(current.url, `${filterName(list)}.csv`);
  };
  const start = async () => {
    setFault(null);
    const answer = await send({ input: { list, [filterName(list)]: filter } });
    if (!answer?.startExport.export) return;
    try {
      await follow(answer.startExport.export);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
    setJob(null);
  };
  return (
    <>
      <BusyButton className="button small" busy={job !== null} onPress={start}>
        {job?.total
          ? t('exporting', { done: count(job.done), total: count(job.total) })
          : t(job ? 'exportStarts' : 'exportList')}
      </BusyButton>
      {fault && <span role="alert">{fault}</span>}
      <CommandError failure={failure} />
    </>
  );
}
