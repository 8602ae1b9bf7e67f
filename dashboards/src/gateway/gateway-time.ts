import { type MachineClocks, mayDifferMs, STANDS_MAX_MS } from '../../../src/base/steady-clock.js'

/**
 * Time of the gateway on the machine of a browser: ages must not depend on how wrong the clock of a wall screen is. Where that clock
 * jumps, because the machine was asleep or its clock was set, time goes on as before until the gateway says what it is. One that has
 * not said so after five minutes is away, and the clock is believed.
 */
export class GatewayTime {
  readonly #clocks: MachineClocks
  /** Time of the gateway beyond the clock of this machine, ms: as it was heard, and as the jumps since have made it. */
  #heardAheadMs = 0
  #aheadMs = 0
  /** The clock of this machine beyond its running time, at the last look, ms. */
  #offsetMs: number
  #lookedMs: number
  /** Running time of the newest jump; null where none was since the gateway was heard. */
  #jumpedMs: number | null = null

  constructor(clocks: MachineClocks) {
    this.#clocks = clocks
    this.#lookedMs = clocks.runningMs()
    this.#offsetMs = clocks.wallMs() - this.#lookedMs
  }

  /** The gateway has just said what time it is; epoch ms. */
  hear(gatewayMs: number): void {
    this.nowMs()
    this.#heardAheadMs = gatewayMs - this.#clocks.wallMs()
    this.#aheadMs = this.#heardAheadMs
    this.#jumpedMs = null
  }

  /** Epoch ms. */
  nowMs(): number {
    const runningMs = this.#clocks.runningMs()
    const wallMs = this.#clocks.wallMs()
    const jumpMs = wallMs - runningMs - this.#offsetMs
    if (Math.abs(jumpMs) >= mayDifferMs(runningMs - this.#lookedMs)) {
      this.#aheadMs -= jumpMs
      this.#jumpedMs = runningMs
    }
    if (this.#jumpedMs !== null && runningMs - this.#jumpedMs >= STANDS_MAX_MS) this.#aheadMs = this.#heardAheadMs
    this.#offsetMs += jumpMs
    this.#lookedMs = runningMs
    return wallMs + this.#aheadMs
  }

  /** The clock of this machine has jumped since the gateway last said what time it is: it has to be asked again. */
  get isDoubtful(): boolean {
    return this.#jumpedMs !== null
  }
}
