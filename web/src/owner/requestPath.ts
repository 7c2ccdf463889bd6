/** The path of the page about a request. */
export const requestPath = ({ id }: { id: string }) => `/owner/requests/${id}`;
