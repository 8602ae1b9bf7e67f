/** Another owner has the partition: whoever gets this must end without writing anything more. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
  readonly code = 'EFENCED'
}
