import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { CommandError } from '../components/feedback';
import { download } from '../components/files';
import { useCommand } from '../components/useCommand';
import {
  type ExportedList,
  type ExportFieldsFragment,
  ExportProgressDocument,
  StartExportDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { loadDialogTexts } from './dialogTexts';

loadDialogTexts();

const ASK_AGAIN = 700; // ms

/** Where an export takes the filter of a list: under the list's own name. */
const filterName = (list: ExportedList) =>
  list.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

export interface ExportJobProps {
  list: ExportedList;
  filter: object;
  /** Called when the file has been downloaded, or there is none. */
  onEnd: () => void;
}

/** Lets the server write a list to a file, says how far it is, and downloads the file. */
export default function ExportJob({ list, filter, onEnd }: ExportJobProps) {
  const { t, count } = useI18n();
  const client = useClient();
  const { send, failure } = useCommand(StartExportDocument);
  const [job, setJob] = useState<ExportFieldsFragment | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const write = async () => {
    let current = (await send({ input: { list, [filterName(list)]: filter } }))?.startExport.export;
    const id = current?.id;
    while (id && current?.state === 'RUNNING') {
      setJob(current);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
      const { data, error } = await client
        .query(ExportProgressDocument, { id }, { requestPolicy: 'network-only' })
        .toPromise();
      if (!error?.networkError) current = data?.export;
    }
    try {
      if (current?.url) await download(current.url, `${filterName(list)}.csv`);
      else if (id) setFault(current?.message ?? t('exportLost'));
    } catch {
      setFault(t('exportLost'));
    }
    setJob(null);
    onEnd();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is written once
  useEffect(() => void write(), []);
  if (fault) return <span role="alert">{fault}</span>;
  if (failure) return <CommandError failure={failure} />;
  if (!job) return null;
  return (
    <span role="status" className="quiet">
      {job.total ? t('exporting', { done: count(job.done), total: count(job.total) }) : t('exportStarts')}
    </span>
  );
}
