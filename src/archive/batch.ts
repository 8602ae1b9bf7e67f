import type { AlarmAction } from '../base/alarm.js'
import type { AnomalyAction } from '../base/anomaly.js'
import type { ConfigVersion } from '../base/plant.js'
import type { ConnectionChange, DeviceEvent, DeviceFact } from '../base/reading.js'
import type { ReadingBlock } from '../base/reading-block.js'
import type { ForgetAction } from '../base/records.js'
import type { DialectState } from '../decode/dialect.js'
import type { Forgetting } from './forget.js'

/** Everything that one commit takes over: it is archived whole, together with how far the journal has been read. */
export interface ArchiveBatch {
  readonly readings: ReadingBlock
  readonly events: readonly { readonly event: DeviceEvent; readonly position: number }[]
  readonly connectionChanges?: readonly { readonly change: ConnectionChange; readonly position: number }[]
  readonly configs?: readonly { readonly version: ConfigVersion; readonly position: number }[]
  readonly facts?: readonly { readonly fact: DeviceFact; readonly position: number }[]
  /** `atMs`: arrival of its journal entry, epoch ms. */
  readonly actions?: readonly {
    readonly act: AlarmAction | AnomalyAction | ForgetAction
    readonly atMs: number
    readonly position: number
  }[]
  /** States of the decoder that have changed; one of each key. */
  readonly states?: readonly DialectState[]
  /** Orders to forget devices that are not done yet, those of this batch included. */
  readonly forgetting?: readonly Forgetting[]
  /** Progress of the pipeline once this batch is archived, as JSON; kept under the name `journal`. */
  progress(outcome: ArchiveOutcome): unknown
}

export interface ArchiveOutcome {
  readonly archived: number
  readonly duplicate: number
  readonly conflict: number
}

/**
 * The readings of a batch that are new in the archive, or have replaced another one: rows of its block, each with the
 * number of its series in its source. Theirs is the memory of the next commit: nothing of it may be kept.
 */
export interface ArchivedChanges {
  readonly block: ReadingBlock
  readonly rows: Int32Array
}
