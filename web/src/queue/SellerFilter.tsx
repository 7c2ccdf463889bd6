import { useEffect, useId, useState } from 'react';
import { useQuery } from 'urql';
import { useFilters } from '../components/pagination';
import { useSettled } from '../components/useSettled';
import { SellersDocument } from '../gql/graphql';

const OFFERED = 20; // sellers

/** A seller by name: the browser offers those whose name begins with what is typed. The URL holds the seller's id. */
export function SellerFilter({ name, label }: { name: string; label: string }) {
  const list = useId();
  const { params, set } = useFilters();
  const chosen = params.get(name);
  const [typed, setTyped] = useState<string | null>(null);
  const start = useSettled(typed?.trim() ?? '');
  const [{ data: named }] = useQuery({
    query: SellersDocument,
    variables: { filter: { ids: [chosen ?? ''] }, first: 1 },
    pause: !chosen,
  });
  const [{ data }] = useQuery({
    query: SellersDocument,
    variables: { filter: start ? { nameStartsWith: start } : null, first: OFFERED },
    pause: typed === null,
  });
  const sellers = data?.sellers.nodes ?? [];
  const first = typed ? sellers[0] : undefined;
  const exact = sellers.find((seller) => seller.name.toLowerCase() === typed?.trim().toLowerCase());
  useEffect(() => {
    if (exact && exact.id !== chosen) set(name, exact.id);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed has been chosen, or something else has
  useEffect(() => setTyped(null), [chosen]);
  const shown = named?.sellers.nodes[0]?.name ?? '';
  return (
    <label className="field">
      <span className="label">{label}</span>
      <input
        list={list}
        value={typed ?? (chosen ? shown : '')}
        onFocus={() => setTyped((text) => text ?? (chosen ? shown : ''))}
        onChange={(event) => {
          setTyped(event.target.value);
          if (!event.target.value) set(name, null);
        }}
        onKeyDown={(event) => event.key === 'Enter' && first && set(name, first.id)}
      />
      <datalist id={list}>
        {sellers.map((seller) => (
          <option key={seller.id} value={seller.name} />
        ))}
      </datalist>
    </label>
  );
}
