import type { OwnerAction } from '../gql/administration';

const TEXTS = {
  UPSERT_REASON: 'did_UPSERT_REASON',
  PUBLISH_RETURN_POLICY: 'did_PUBLISH_RETURN_POLICY',
  SET_RETURN_SETTINGS: 'did_SET_RETURN_SETTINGS',
  DRAFT_TERMS: 'did_DRAFT_TERMS',
  DISCARD_TERMS: 'did_DISCARD_TERMS',
  PUBLISH_TERMS: 'did_PUBLISH_TERMS',
  PAUSE_REFUNDS: 'did_PAUSE_REFUNDS',
  RESUME_REFUNDS: 'did_RESUME_REFUNDS',
  ERASE_PERSON: 'did_ERASE_PERSON',
  CREATE_WEBHOOK_ENDPOINT: 'did_CREATE_WEBHOOK_ENDPOINT',
  UPDATE_WEBHOOK_ENDPOINT: 'did_UPDATE_WEBHOOK_ENDPOINT',
  ROTATE_WEBHOOK_SECRET: 'did_ROTATE_WEBHOOK_SECRET',
  DELETE_WEBHOOK_ENDPOINT: 'did_DELETE_WEBHOOK_ENDPOINT',
  REPLAY_WEBHOOK_DELIVERIES: 'did_REPLAY_WEBHOOK_DELIVERIES',
  SAVE_MESSAGE_TEMPLATE: 'did_SAVE_MESSAGE_TEMPLATE',
  PUBLISH_MESSAGE_TEMPLATE: 'did_PUBLISH_MESSAGE_TEMPLATE',
  RESEND_MESSAGE: 'did_RESEND_MESSAGE',
  CLEAR_BOUNCE: 'did_CLEAR_BOUNCE',
  SET_SELLER_EMAIL: 'did_SET_SELLER_EMAIL',
  ISSUE_TOKEN: 'did_ISSUE_TOKEN',
  REVOKE_TOKENS: 'did_REVOKE_TOKENS',
} as const satisfies Record<OwnerAction, string>;

/** What owners do that belongs to no order, in the order of the lists. */
export const OWNER_ACTIONS = Object.keys(TEXTS) as OwnerAction[];

/** The text that names it. An action that this console does not know yet has none. */
export const textOf = (action: OwnerAction): (typeof TEXTS)[OwnerAction] | undefined => TEXTS[action];
