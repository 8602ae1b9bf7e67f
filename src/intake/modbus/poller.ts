import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import { modbusTopic, type PolledRegisters, type PollPlan } from '../../base/modbus.js'
import type { JournalBacklog } from '../backlog.js'
import type { Journaling } from '../journaling.js'
import { MeterLine, PollFault, type PollResult } from './meter-line.js'
import { Pause } from './pause.js'

export interface PollerDeps {
  readonly clock: Clock
  readonly journaling: Pick<Journaling, 'take'>
  readonly backlog: Pick<JournalBacklog, 'isFull'>
  readonly count: (result: PollResult) => void
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

type Unit = PollPlan['units'][number]

interface UnitState {
  readonly unit: Unit
  readonly pause: Pause
  /** Reason why the last poll failed; '' when it did not. Said when it changes, not each time. */
  trouble: string
}

/** At most so many polls count as missed after one round. */
const MISSED_MAX = 1000

/**
 * Asks the meters of one connection, one request after the other, round after round, and hands what they answer to the
 * journal. A meter that does not answer in full is not written down at all: a gap is a gap. Rounds never overlap: one
 * that takes too long costs those that it covers.
 */
export class Poller {
  readonly #units: readonly UnitState[]
  readonly #pause: Pause
  #line: MeterLine | null = null
  #trouble = ''

  /** @param phase when in its period it asks, 0 to 1: so that many are not asked at once */
  constructor(
    private readonly plan: PollPlan,
    private readonly phase: number,
    private readonly deps: PollerDeps,
  ) {
    this.#units = plan.units.map((unit) => ({ unit, pause: new Pause(plan.everyMs), trouble: '' }))
    this.#pause = new Pause(plan.everyMs)
  }

  /** Until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, backlog, count } = this.deps
    const { everyMs } = this.plan
    const hangUp = (): void => this.#hangUp()
    signal.addEventListener('abort', hangUp, { once: true })
    let dueMs = this.#dueAfter(clock.nowMs())
    while (!signal.aborted) {
      await clock.sleep(Math.max(0, dueMs - clock.nowMs()), signal)
      if (signal.aborted) break
      if (backlog.isFull) count('held')
      else await this.#round(signal)
      if (signal.aborted) break
      const nextMs = this.#dueAfter(clock.nowMs())
      // More are those of a clock that was set ahead: there was no time in which to make them.
      const missedToMs = Math.min(nextMs, dueMs + MISSED_MAX * everyMs)
      for (let missedMs = dueMs + everyMs; missedMs < missedToMs; missedMs += everyMs) count('missed')
      dueMs = nextMs
    }
    this.#hangUp()
  }

  /** The instants lie on a grid, so that a meter is asked at the same seconds whenever the gateway was started. */
  #dueAfter(nowMs: number): number {
    const { everyMs } = this.plan
    const offsetMs = this.phase * everyMs
    return (Math.floor((nowMs - offsetMs) / everyMs) + 1) * everyMs + offsetMs
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.deps
    const { id } = this.plan
    if (!this.#pause.isOver(clock.nowMs())) return
    const due = this.#units.filter(({ pause }) => pause.isOver(clock.nowMs()))
    for (const [at, state] of due.entries()) {
      const line = await this.#open(signal, due.length - at)
      if (line === null || signal.aborted) return
      await this.#poll(line, state, signal)
    }
    if (this.#trouble === '' || this.#line === null) return
    log.info({ connection: id }, 'meters are reached again')
    this.#trouble = ''
  }

  /** @param units how many are not asked when there is no connection */
  async #open(signal: AbortSignal, units: number): Promise<MeterLine | null> {
    if (this.#line?.isOpen === true) return this.#line
    const { clock, count, log } = this.deps
    const { id, host, port, timeoutMs } = this.plan
    try {
      this.#line = await MeterLine.open({ host, port, timeoutMs }, signal)
      this.#pause.succeeded()
      return this.#line
    } catch (error) {
      if (!(error instanceof PollFault)) throw error
      if (signal.aborted) return null
      for (let unit = 0; unit < units; unit++) count(error.result)
      this.#pause.failed(clock.nowMs())
      if (error.message !== this.#trouble) {
        log.warn({ connection: id, host, port, reason: error.message }, 'meters are not reached; they are tried again')
      }
      this.#trouble = error.message
      return null
    }
  }

  async #poll(line: MeterLine, state: UnitState, signal: AbortSignal): Promise<void> {
    const { clock, count, log } = this.deps
    const { unit } = state
    const about = { connection: this.plan.id, unit: unit.unitId }
    try {
      const blocks: PolledRegisters['blocks'][number][] = []
      for (const block of unit.blocks) {
        blocks.push({ fc: block.fc, address: block.address, hex: await line.read(unit.unitId, block) })
      }
      if (signal.aborted) return
      this.#write(unit, { read_at: clock.nowMs(), blocks })
      count('ok')
      state.pause.succeeded()
      if (state.trouble !== '') log.info(about, 'a meter answers again')
      state.trouble = ''
    } catch (error) {
      if (!(error instanceof PollFault)) throw error
      if (signal.aborted) return
      count(error.result)
      state.pause.failed(clock.nowMs())
      // An answer that still comes would be taken for that to the next request where a meter mixes up its numbers.
      if (error.result !== 'exception') this.#hangUp()
      if (error.message !== state.trouble) log.warn({ ...about, reason: error.message }, 'a meter was not read')
      state.trouble = error.message
    }
  }

  #write(unit: Unit, polled: PolledRegisters): void {
    const { journaling, log } = this.deps
    const topic = modbusTopic(this.plan.id, unit.unitId)
    const publication = { topic, payload: JSON.stringify(polled), qos: 1, retain: false } as const
    journaling.take(`modbus:${this.plan.id}`, publication, (error) => {
      if (error !== null)
        log.error(
          { connection: this.plan.id, unit: unit.unitId },
          `the readings of a meter were not written to the journal: ${error.message}`,
        )
    })
  }

  #hangUp(): void {
    this.#line?.close()
    this.#line = null
  }
}
