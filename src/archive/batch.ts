import type { AlarmAct } from '../base/alarm.js'
import type { ConfigVersion } from '../base/plant.js'
import type { DeviceEvent, DeviceFact, LinkChange, Reading } from '../base/reading.js'

/** What one commit takes over: it is archived whole, together with how far the journal has been read. */
export interface Batch {
  readonly readings: readonly { readonly reading: Reading; readonly position: number }[]
  readonly events: readonly { readonly event: DeviceEvent; readonly position: number }[]
  readonly links?: readonly { readonly link: LinkChange; readonly position: number }[]
  readonly configs?: readonly { readonly version: ConfigVersion; readonly position: number }[]
  readonly facts?: readonly { readonly fact: DeviceFact; readonly position: number }[]
  /** `atMs`: arrival of its journal entry, epoch ms. */
  readonly acts?: readonly { readonly act: AlarmAct; readonly atMs: number; readonly position: number }[]
  /** How far the pipeline has come once this batch is archived, as JSON; kept under the name `journal`. */
  progress(outcome: Outcome): unknown
}

export interface Outcome {
  readonly archived: number
  readonly duplicate: number
  readonly conflict: number
}
