/** Options of the command, as they were given. */
export interface AnomaliesArguments {
  readonly plant?: string
  readonly from?: string
  readonly to?: string
  readonly config?: string
  readonly json?: boolean
}
