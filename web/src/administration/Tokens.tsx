import './texts';
import { useState } from 'react';
import { useQuery } from 'urql';
import { BusyButton } from '../components/BusyButton';
import { TextInput } from '../components/Fields';
import { CommandError, Empty, Note, ServerError, Spinner } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import { SellerPicker } from '../components/SellerPicker';
import { useCommand } from '../components/useCommand';
import { IssueTokenDocument, TokenIssuingDocument, type TokenIssuingQuery } from '../gql/administration';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { ActionTicks } from './ActionTicks';
import { OWNER_ACTIONS, textOf } from './ownerActions';
import { RevokeTokens } from './RevokeTokens';
import { Secret } from './Secret';

const ROLES = ['OWNER', 'SELLER'] as const;
/** What both seats do with their lists. */
const OF_LISTS = ['SAVE_VIEW', 'DELETE_VIEW', 'START_EXPORT'] as const;
const RIGHTS = ['everything', 'reading', 'chosen'] as const;
const NOTHING = { subject: '', role: 'OWNER' as Role, rights: 'chosen' as Rights, actions: [] as string[] };
type Role = (typeof ROLES)[number];
type Rights = (typeof RIGHTS)[number];
type Seller = { id: string; name: string };

/** What staff is, where its tokens come from, a form for one if this server issues them, and one to revoke them. */
export default function Tokens() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: TokenIssuingDocument });
  return (
    <>
      <p className="quiet">{t('staffIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data?.longestTokenDays === 0 && <Empty>{t('tokensElsewhere')}</Empty>}
      {data && data.longestTokenDays > 0 && (
        <May action="ISSUE_TOKEN">
          <TokenForm longest={data.longestTokenDays} transitions={data.transitions} />
        </May>
      )}
      <May action="REVOKE_TOKENS">
        <RevokeTokens />
      </May>
    </>
  );
}

interface TokenFormProps {
  longest: number;
  transitions: TokenIssuingQuery['transitions'];
}

function TokenForm({ longest, transitions }: TokenFormProps) {
  const { t, enumLabel } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(IssueTokenDocument);
  const [draft, setDraft] = useState({ ...NOTHING, days: Math.min(longest, 7) });
  const [seller, setSeller] = useState<Seller | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const { subject, role, rights, actions, days } = draft;
  const change = (part: Partial<typeof draft>) => {
    clearFailure();
    setToken(null);
    setDraft({ ...draft, ...part });
  };
  const actionsOf = (role: Role) => {
    const own = role === 'OWNER' ? OWNER_ACTIONS : [];
    const edges = transitions.filter(({ who }) => who.includes(role)).map(({ action }) => action);
    return [
      ...[...new Set(edges)].map((id) => ({ id, label: enumLabel('action', id) })),
      ...own.map((id) => ({ id, label: t(textOf(id) ?? 'change') })),
      ...OF_LISTS.map((id) => ({ id, label: t(`may_${id}`) })),
    ].map((action) => ({ ...action, hint: action.id }));
  };
  const issue = async () => {
    const named = { everything: null, reading: [], chosen: actions }[rights];
    const sellerId = role === 'SELLER' ? (seller?.id ?? null) : null;
    const done = await send({ input: { subject, role, sellerId, days, actions: named } });
    setToken(done && (done.issueToken.token ?? ''));
  };
  return (
    <section className="card fields" aria-label={t('issueToken')}>
      <h2>{t('issueToken')}</h2>
      <TextInput
        label={t('tokenSubject')}
        hint={t('tokenSubjectHint')}
        value={subject}
        onChange={(subject) => change({ subject })}
      />
      <SelectField
        label={t('tokenRole')}
        options={ROLES.map((id) => ({ id, label: enumLabel('role', id) }))}
        value={role}
        onChange={(role) => change({ role, actions: [] })}
      />
      {role === 'SELLER' &&
        (seller ? (
          <p>
            {t('seller')}: <strong>{seller.name}</strong>
          </p>
        ) : (
          <SellerPicker label={t('seller')} addLabel={t('choose')} without={new Set()} onPick={setSeller} />
        ))}
      <SelectField
        label={t('rights')}
        options={RIGHTS.map((id) => ({ id, label: t(`rights_${id}`) }))}
        value={rights}
        onChange={(rights) => change({ rights })}
      />
      {rights === 'chosen' && (
        <ActionTicks
          legend={t('chosenActions')}
          actions={actionsOf(role)}
          chosen={actions}
          onChange={(actions) => change({ actions })}
        />
      )}
      <QuantityField
        label={t('validDays')}
        value={days}
        max={longest}
        onChange={(days) => change({ days })}
      />
      <CommandError failure={failure} />
      {token && <Secret name={t('token')} value={token} />}
      {token === '' && <Note tone="bad">{t('tokenLost')}</Note>}
      <div className="actions start">
        <BusyButton className="button primary" busy={busy} onPress={issue}>
          {t('issueToken')}
        </BusyButton>
      </div>
    </section>
  );
}
