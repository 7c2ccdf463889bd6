/** Where a request is shown: beside the list of all. */
export const requestPath = ({ id }: { id: string }) => `/seller/requests?view=all&open=${id}`;
