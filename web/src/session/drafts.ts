const DRAFT = 'retour.draft.';

/** Where a tab keeps what a person is writing: the next person who signs in does not see it. */
export const draftKey = (person: string | null, name: string) => `${DRAFT}${person}.${name}`;

export const isDraft = (key: string) => key.startsWith(DRAFT);
