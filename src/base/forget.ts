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
}

export interface ForgottenDevice {
  readonly line: string
  readonly device: string
  /** Arrival of its last message; null when that is not known any more. */
  readonly last_seen: string | null
  readonly readings: number
}

export interface ForgetAnswer {
  /** Devices that are forgotten, or would be. */
  readonly devices: readonly ForgottenDevice[]
  /** Named devices that stay, and why. */
  readonly refused: readonly { readonly device: string; readonly reason: 'unknown' | 'configured' }[]
  readonly dry_run: boolean
}
