import type { Clock } from '../base/clock.js'
import { positionOf } from '../journal/cursor.js'
import type { DurableMark } from '../journal/durable-mark.js'
import type { Engine } from '../kpi/engine.js'
import type { MessageAccounting } from './message-accounting.js'
import { YoungPast } from './young-past.js'

/** Progress of the pipeline through the journal. The pipeline moves it on; stores, authorities and views look at it. */
export class PipelineProgress {
  /** Everything that came with journal records before this place is archived. */
  archivedPosition: number
  readonly youngPast: YoungPast
  /** End of the journal when the pipeline started. */
  readonly #startPosition: number
  readonly #engine: Pick<Engine, 'isLatePending'>
  #hasComputed = false

  constructor(parts: {
    readonly accounting: Pick<MessageAccounting, 'cursor'>
    readonly mark: Pick<DurableMark, 'read'>
    readonly engine: Pick<Engine, 'isLatePending'>
    readonly clock: Pick<Clock, 'nowMs'>
  }) {
    this.youngPast = new YoungPast(parts.clock.nowMs())
    this.archivedPosition = positionOf(parts.accounting.cursor)
    this.#startPosition = parts.mark.read().position
    this.#engine = parts.engine
  }

  /** True once what the journal held at the start is consumed. */
  get hasCaughtUp(): boolean {
    return this.archivedPosition >= this.#startPosition
  }

  /** True once the figures of all that was archived at the start have been computed. */
  get hasComputed(): boolean {
    this.#hasComputed ||= this.hasCaughtUp && !this.#engine.isLatePending
    return this.#hasComputed
  }
}
