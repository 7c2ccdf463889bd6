import './texts';
import { toast } from '../components/toast';
import { Undo } from '../components/Undo';
import { WithdrawRequestDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface UndoRequestsProps {
  text: string;
  requests: readonly { id: string; number: string; version: number }[];
}

/** What the server has said about requests that were just made, and a way to take all of them back. */
export default function UndoRequests({ text, requests }: UndoRequestsProps) {
  const { t, list, language: locale } = useI18n();
  const numbers = list(requests.map(({ number }) => number));
  return (
    <Undo
      done={text}
      name={numbers}
      document={WithdrawRequestDocument}
      commands={requests.map(({ id, version }) => ({
        input: { requestId: id, expectedVersion: version },
        locale,
      }))}
      undone={() => t('requestsTakenBack', { numbers })}
      onUndone={(said) => toast(said, { focus: true })}
    />
  );
}
