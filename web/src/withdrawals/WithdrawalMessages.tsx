import { useQuery } from 'urql';
import { MessagesOfWithdrawalDocument } from '../gql/graphql';
import { MessageList } from '../messages/MessageList';

/** The messages about a withdrawal that the viewer may see, its receipt among them. */
export default function WithdrawalMessages({ id }: { id: string }) {
  const [{ data, error }, run] = useQuery({ query: MessagesOfWithdrawalDocument, variables: { id } });
  return (
    <MessageList
      messages={data && (data.withdrawal?.messages ?? [])}
      error={error}
      onRefresh={() => run({ requestPolicy: 'network-only' })}
    />
  );
}
