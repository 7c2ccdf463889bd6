import './texts';
import { lazy, Suspense, useRef, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { BusyButton } from '../components/BusyButton';
import { When } from '../components/display';
import { CommandError, Note } from '../components/feedback';
import { type ItemSelection, itemInput, newSelection } from '../components/itemSelection';
import { RefundPreview } from '../components/RefundPreview';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import {
  type ItemFieldsFragment,
  PreviewReturnDocument,
  type PreviewReturnQuery,
  RequestReturnDocument,
  type StoreOrderFieldsFragment,
  type StoreOrderQuery,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { RequestTerms } from '../terms/RequestTerms';
import { ItemRow } from './ItemRow';

const UndoRequests = lazy(() => import('./UndoRequests'));

interface ReturnItemsProps {
  order: StoreOrderFieldsFragment;
  policy: StoreOrderQuery['returnPolicy'];
  /** The page may be out of date, for example the policy. */
  onRefused: () => void;
}

/** What the server has said about the requests that were made. */
interface Received {
  text: string;
  requests: readonly { id: string; number: string; version: number }[];
}

/** Whether one of them still waits: afterwards the sentence no longer holds. */
const isEvaluated = ({ requests }: StoreOrderFieldsFragment, received: Received) =>
  requests.some(({ id, status }) => status === 'WAITING' && received.requests.some((made) => made.id === id));

/** Return This Item, a reason, the Return Policy, Return Selected Items. The server checks the input. */
export function ReturnItems({ order, policy, onRefused }: ReturnItemsProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(RequestReturnDocument);
  const {
    draft: selections,
    change: setSelections,
    discard,
  } = useStoredDraft<Record<string, ItemSelection>>(`return.${order.id}`, {});
  const [acceptedVersion, setAcceptedVersion] = useState<string | null>(null);
  const [received, setReceived] = useState<Received | null>(null);
  const [terms, setTerms] = useState<PreviewReturnQuery['preview'] | null>(null);
  const [refusals, setRefusals] = useState(0);
  const message = useRef<HTMLDivElement>(null);
  const selectedItems = order.items.filter((item) => selections[item.id]);

  const change = (item: ItemFieldsFragment, selection: ItemSelection | null) => {
    clearFailure();
    setReceived(null);
    const { [item.id]: _, ...others } = selections;
    setSelections(selection ? { ...others, [item.id]: selection } : others);
  };

  const items = selectedItems.map((item) => itemInput(item.id, selections[item.id] ?? newSelection(item)));

  const submit = async () => {
    const policyVersion = acceptedVersion;
    const termsVersion = terms?.plans.find(({ returnTerms }) => returnTerms)?.returnTerms?.version ?? null;
    const answer = await send({ input: { orderId: order.id, items, policyVersion, termsVersion }, locale });
    if (!answer) {
      setRefusals(refusals + 1); // previews anew: the terms may be others by now
      return onRefused();
    }
    discard();
    setAcceptedVersion(null);
    const { message: text, requests } = answer.requestReturn;
    setReceived({ text: text ?? t('done'), requests });
    message.current?.focus();
  };

  return (
    <section aria-labelledby="items">
      <h2 id="items">{t('itemsHeading')}</h2>
      <div ref={message} tabIndex={-1}>
        {received && isEvaluated(order, received) && (
          <Note tone="good">
            <Suspense fallback={<p>{received.text}</p>}>
              <UndoRequests {...received} />
            </Suspense>
          </Note>
        )}
      </div>
      <ul className="items">
        {order.items.map((item) => (
          <ItemRow
            key={item.id}
            item={item}
            selection={selections[item.id] ?? null}
            onSelect={(selection) => change(item, selection)}
          />
        ))}
      </ul>
      {selectedItems.length > 0 && (
        <div className="card return-bar">
          <p>
            <strong>{t('selectedItems', { count: selectedItems.length })}</strong>
          </p>
          <RefundPreview
            key={refusals}
            document={PreviewReturnDocument}
            onShown={setTerms}
            input={{ orderId: order.id, items, policyVersion: policy.version }}
            incomplete
          >
            {({ dueAt, shipBy, returnTerms }) => (
              <>
                {dueAt && (
                  <p className="quiet">
                    {t('decisionBy')} <When at={dueAt} />
                    {shipBy && (
                      <>
                        {` · ${t('shipByIfNow')} `}
                        <When at={shipBy} />
                      </>
                    )}
                  </p>
                )}
                <RequestTerms terms={returnTerms} plain open />
              </>
            )}
          </RefundPreview>
          <h3>{t('policyTitle')}</h3>
          <p>{policy.text}</p>
          <p className="quiet">{t('policyVersion', { version: policy.version })}</p>
          <ToggleButton
            className="button accept"
            isSelected={acceptedVersion === policy.version}
            onChange={(isSelected) => setAcceptedVersion(isSelected ? policy.version : null)}
          >
            <span className="box" aria-hidden="true" />
            {t('accept')}
          </ToggleButton>
          <CommandError failure={failure} nameOf={(index) => selectedItems[index]?.name} />
          <BusyButton className="button primary" busy={busy} onPress={submit}>
            {t('returnSelected')}
          </BusyButton>
        </div>
      )}
    </section>
  );
}
