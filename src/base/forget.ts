/** Forgetting devices, as the API says it. */

/** Devices of a plant to be forgotten: those named, or all that nobody has configured or registered; of either only silent ones. */
export interface ForgetQuery {
  readonly plant: string
  /** null: every one that is not configured. */
  readonly devices: readonly string[] | null
  /** Only those of which nothing has come since, epoch ms; null: however long ago. */
  readonly silentSinceMs: number | null
  /** Says which it would be, and does nothing. */
  readonly isDryRun: boolean
  readonly by: string | null
  /** Reason, for journal and ledger; null where none is given. */
  readonly why: string | null
}
