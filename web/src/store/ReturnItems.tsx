import { useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import {
  type ItemPartsFragment,
  PreviewReturnDocument,
  RequestReturnDocument,
  type StoreOrderPartsFragment,
  type StoreOrderQuery,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { useCommand } from '../parts/command';
import { MoneyPreview } from '../parts/MoneyPreview';
import { Note, Refusal } from '../parts/States';
import { emptyPick, ItemRow, type Pick } from './ItemRow';

interface ReturnItemsProps {
  order: StoreOrderPartsFragment;
  policy: StoreOrderQuery['returnPolicy'];
  /** What was decided on is perhaps no longer so, the policy for one. */
  onRefused: () => void;
}

/** Return This Item, a reason, the policy, Return Selected Items. What is not right the server says. */
export function ReturnItems({ order, policy, onRefused }: ReturnItemsProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, refused, forget } = useCommand(RequestReturnDocument);
  const [picks, setPicks] = useState<Record<string, Pick>>({});
  const [accepted, setAccepted] = useState<string | null>(null);
  const [received, setReceived] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const chosen = order.items.filter((item) => picks[item.id]);

  const change = (item: ItemPartsFragment, pick: Pick | null) => {
    forget();
    setReceived(false);
    setPicks(({ [item.id]: _, ...others }) => (pick ? { ...others, [item.id]: pick } : others));
  };

  const items = chosen.map((item) => {
    const { units, reason, note } = picks[item.id] ?? emptyPick(item);
    return { orderItemId: item.id, quantity: units, reason: reason ?? '', note: note.trim() || null };
  });

  const submit = async () => {
    const policyVersion = accepted;
    if (!(await send({ input: { orderId: order.id, items, policyVersion }, locale }))) return onRefused();
    setPicks({});
    setAccepted(null);
    setReceived(true);
    message.current?.focus();
  };

  return (
    <section aria-labelledby="items">
      <h2 id="items">{t('itemsHeading')}</h2>
      <div ref={message} tabIndex={-1}>
        {received && <Note tone="good">{t('received')}</Note>}
      </div>
      <ul className="items">
        {order.items.map((item) => (
          <ItemRow
            key={item.id}
            item={item}
            pick={picks[item.id] ?? null}
            onPick={(pick) => change(item, pick)}
          />
        ))}
      </ul>
      {chosen.length > 0 && (
        <div className="card return-bar">
          <p>
            <strong>{t('chosen', { count: chosen.length })}</strong>
          </p>
          <MoneyPreview
            document={PreviewReturnDocument}
            input={{ orderId: order.id, items, policyVersion: policy.version }}
            quiet
          />
          <h3>{t('policyTitle')}</h3>
          <p>{policy.text}</p>
          <p className="quiet">{t('policyVersion', { version: policy.version })}</p>
          <ToggleButton
            className="button accept"
            isSelected={accepted === policy.version}
            onChange={(is) => setAccepted(is ? policy.version : null)}
          >
            <span className="box" aria-hidden="true" />
            {t('accept')}
          </ToggleButton>
          <Refusal refused={refused} nameOf={(index) => chosen[index]?.name} />
          <Button className="button primary" isDisabled={busy} onPress={submit}>
            {t('returnSelected')}
          </Button>
        </div>
      )}
    </section>
  );
}
