/** True when somebody else than its author has approved the statement. */
export function isApproved({
  author,
  approved_by,
}: {
  readonly author?: unknown
  readonly approved_by?: unknown
}): boolean {
  return typeof approved_by === 'string' && approved_by !== author
}
