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

/** Series that are to go: all of some devices of a plant, or some metrics of them alone. */
export interface RemovedSeries {
  readonly devices: readonly string[]
  /** Absent: all. */
  readonly metrics?: readonly string[] | undefined
}

/** True for a series that is to go. */
export function isRemoved(
  { devices, metrics }: RemovedSeries,
  { device, metric }: { readonly device: string; readonly metric: string },
): boolean {
  return devices.includes(device) && (metrics === undefined || metrics.includes(metric))
}

/** Metrics of one device to be forgotten with their readings; the device goes on. */
export interface ForgetMetricsQuery {
  readonly plant: string
  readonly device: string
  readonly metrics: readonly string[]
  /** Says what would go, and does nothing. */
  readonly isDryRun: boolean
  readonly by: string | null
  /** Reason, for journal and ledger; null where none is given. */
  readonly why: string | null
}
