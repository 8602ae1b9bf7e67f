import { machineClock } from '../../base/clock.js'
import type { IntakeContext } from './context.js'
import type { IntakeThreadData } from './thread-data.js'

/** When the journal has taken nothing for so long, time stands still in it. */
const STALLED_MS = 5000

/** The entries of the journal that do not come from devices: starts, configurations, ticks, and what people do. */
export class OwnEntries {
  readonly #context: IntakeContext
  #keptHash: string

  /** Writes the start and the configuration it is made with. */
  constructor(context: IntakeContext) {
    const { journal, data } = context
    this.#context = context
    // A clock that is doubted at the start is noted behind it: the journal reads it as one of this start.
    journal.append({ kind: 'start', arrivedAt: machineClock.nowMs(), version: data.version })
    this.#keep(data.config)
    this.#keptHash = data.config.hash
    this.tick()
  }

  tick(): void {
    const { journal, clock } = this.#context
    // While the disk takes nothing devices wait for acknowledgements: their silence says nothing of them.
    if (journal.stalledMs < STALLED_MS) journal.append({ kind: 'tick', arrivedAt: clock.nowMs() })
  }

  /** Other secrets are no other configuration, and are not written. */
  config(config: IntakeThreadData['config']): void {
    if (config.hash !== this.#keptHash) this.#keep(config)
    this.#keptHash = config.hash
  }

  /** @param refused is called when the journal does not take it */
  act(content: string, refused: (id: string) => void): void {
    const { journal, clock, log } = this.#context
    journal.append({ kind: 'act', arrivedAt: clock.nowMs(), content }, (error) => {
      if (error === null) return
      refused((JSON.parse(content) as { readonly id: string }).id)
      log.error(`what a person did or entered was not written to the journal, do it again: ${error.message}`)
    })
  }

  #keep(config: IntakeThreadData['config']): void {
    const { journal, clock, log } = this.#context
    journal.append({ kind: 'config', arrivedAt: clock.nowMs(), ...config }, (error) => {
      if (error !== null)
        log.error(
          `the new configuration was not written to the journal, so figures go on with the one before; restart the gateway: ${error.message}`,
        )
    })
  }
}
