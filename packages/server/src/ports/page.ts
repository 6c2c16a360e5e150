/** A page of a list that is walked by its key. */
export interface Page {
  /** First key of the page, itself included if it exists. */
  readonly from?: string | undefined;
  /** Key after which the page begins. At most one of `from` and `after` is given. */
  readonly after?: string | undefined;
  readonly limit: number;
}
