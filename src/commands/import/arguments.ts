/** Options of `greengauge import`, as the command line has them. */
export interface ImportArguments {
  readonly mapping?: string
  readonly sheet?: string
  readonly send?: boolean
  readonly schema?: boolean
  readonly suggest?: boolean
  readonly url?: string
  readonly clientId?: string
  readonly caFile?: string
  readonly progress?: string
  readonly again?: boolean
  readonly refusedMax: string
  readonly json?: boolean
  readonly config?: string
}
