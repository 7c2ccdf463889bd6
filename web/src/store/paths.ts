/** Where customers without an account ask for a link to their order. */
export const FIND_ORDER = '/find-my-order';
