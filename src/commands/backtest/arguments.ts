/** Options of the command, as they were given. */
export interface BacktestArguments {
  readonly dataset?: string
  readonly file?: string
  readonly plant?: string
  readonly kpi?: string
  readonly line?: string
  readonly device?: string
  readonly config?: string
  readonly zone?: string
  readonly latitude?: string
  readonly longitude?: string
  readonly step?: string
  readonly unit?: string
  readonly holiday?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly peak?: string
  readonly seed: string
  readonly modelFile?: string
  readonly chart?: string
  readonly json?: boolean
}
