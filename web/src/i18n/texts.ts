/** What a text may be filled with. */
export type Vars = Record<string, string | number>;

export type Text = string | ((vars: Vars) => string);
