import { useQuery } from 'urql';
import { RequestByNumberDocument } from '../gql/graphql';

/** The id of the request of this number: null if there is none, undefined until that is known. */
export function useRequestId(number: string): string | null | undefined {
  const [{ data, fetching }] = useQuery({
    query: RequestByNumberDocument,
    variables: { number },
    pause: number === '',
  });
  return number === '' || fetching || !data ? undefined : (data.request?.id ?? null);
}
