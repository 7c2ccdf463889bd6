import { useQuery } from 'urql';
import { MessagesOfRequestDocument } from '../gql/graphql';
import { MessageList } from './MessageList';

interface RequestMessagesProps {
  id: string;
  /** Where a message has a page of its own, if it has one. */
  pathOf?: (id: string) => string;
}

/** The messages about a request that the viewer may see, the oldest first. */
export default function RequestMessages({ id, pathOf }: RequestMessagesProps) {
  const [{ data, error }, run] = useQuery({ query: MessagesOfRequestDocument, variables: { id } });
  return (
    <MessageList
      messages={data && (data.request?.messages ?? [])}
      error={error}
      onRefresh={() => run({ requestPolicy: 'network-only' })}
      pathOf={pathOf}
    />
  );
}
