import type { ConfigVersion } from '../base/plant.js'
import type { DeviceEvent, LinkChange, Reading } from '../base/reading.js'

/** What one commit takes over: it is archived whole, together with how far the journal has been read. */
export interface Batch {
  readonly readings: readonly { readonly reading: Reading; readonly position: number }[]
  readonly events: readonly { readonly event: DeviceEvent; readonly position: number }[]
  readonly links?: readonly { readonly link: LinkChange; readonly position: number }[]
  readonly configs?: readonly { readonly version: ConfigVersion; readonly position: number }[]
  /** How far the pipeline has come once this batch is archived, as JSON; kept under the name `journal`. */
  progress(outcome: Outcome): unknown
}

export interface Outcome {
  readonly archived: number
  readonly duplicate: number
  readonly conflict: number
}
