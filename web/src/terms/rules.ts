import { useCommand } from '../components/useCommand';
import { DraftTermsDocument, type TermsRuleInput, type WholeVersionFragment } from '../gql/graphql';
import { isForAll, ruleInput } from './form';
import type { Said } from './words';

/** Rules as they are sent, all of a version at once. */
export type Rules = readonly TermsRuleInput[];
export type Draft = WholeVersionFragment;

export const rulesOf = ({ rules }: Draft): Rules => rules.map(ruleInput);

/** The rules without that at a place, and with another one at a place. */
export function placed(rules: Rules, from: number | null, rule: TermsRuleInput | null, to = 0): Rules {
  const rest = rules.filter((_, n) => n !== from);
  return rule ? [...rest.slice(0, to), rule, ...rest.slice(to)] : rest;
}

/** Where a new rule stands: before that for all items, which would leave it nothing. */
export function placeOfNew({ rules }: Draft): number {
  const forAll = rules.findIndex(isForAll);
  return forAll < 0 ? rules.length : forAll;
}

/** A draft with these rules, all of them anew. */
export const draftInput = ({ id, version, note = null }: Draft, rules: Rules) => ({
  id,
  expectedVersion: version,
  note,
  rules: rules.length ? [...rules] : null,
});

/** Saves a draft anew. `save` resolves to null if the server refuses it. */
export function useDraft(draft: Draft) {
  const { send, ...command } = useCommand(DraftTermsDocument);
  const save = (rules: Rules, note = draft.note) => send({ input: draftInput({ ...draft, note }, rules) });
  return { save, ...command };
}

/** One thing that was said in one way and is said in another; null for what is not said at all. */
export interface Change {
  name: string;
  label: string;
  before: string | null;
  after: string | null;
}

/** What two lists say differently. */
export function changesOf(before: readonly Said[], after: readonly Said[]): Change[] {
  const textIn = (said: readonly Said[], name: string) =>
    said.find((each) => each.name === name)?.text ?? null;
  const labels = new Map([...before, ...after].map(({ name, label }) => [name, label]));
  return [...labels]
    .map(([name, label]) => ({ name, label, before: textIn(before, name), after: textIn(after, name) }))
    .filter((change) => change.before !== change.after);
}
