import type { Clock } from '../base/clock.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import type { VersionInfo } from '../program/version.js'
import type { HeldLease } from './leases.js'
import type { PartitionSettings } from './partition-messages.js'
import { PartitionProcess } from './partition-process.js'

/** After an end that nobody asked for the process is started again after so long, then after twice as long each time. */
const AGAIN_MS_MIN = 500
const AGAIN_MS_MAX = 10_000
/** One that has run so long was no failure. */
const STEADY_MS = 60_000
/** After so many failures in a row the partition may do better elsewhere. */
const FAILURES_MAX = 4

const WAITS = 'its lease could not be renewed in time, so nothing is written until the NATS servers say whose it is'

export interface OwnedDeps {
  readonly clock: Clock
  readonly settings: () => PartitionSettings
  readonly owned: Omit<OwnedPartition, 'lease' | 'epoch'>
  readonly version: VersionInfo
  /** The file that a partition's process runs. */
  readonly program: URL
  log(level: 'info' | 'warn' | 'error', text: string): void
  /** Its port on loopback is known. */
  serving(): void
  /** It is not to be had here any more: another owner writes, or it fails again and again. */
  givenUp(isFenced: boolean): void
}

/** A partition whose lease this node holds, and the process that works for it: started again as long as the lease is held. */
export class OwnedGateway {
  lease: HeldLease
  readonly #deps: OwnedDeps
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  #process: PartitionProcess | null = null
  #trouble = ''
  #isWaiting = false
  #isStopping = false
  /** Kept apart from the lease's own: only what the servers have confirmed is told. */
  #failures = 0

  constructor(lease: HeldLease, deps: OwnedDeps) {
    this.lease = lease
    this.#deps = deps
    this.#running = this.#run()
  }

  get partition(): number {
    return this.#deps.owned.partition
  }

  /** On loopback; null while it does not serve. */
  get httpPort(): number | null {
    return this.#process?.httpPort ?? null
  }

  /** Reason why it does not run, '' while it does. */
  get trouble(): string {
    return this.#isWaiting ? WAITS : this.#trouble
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  renewed(lease: HeldLease): void {
    this.lease = lease
    if (this.#isWaiting) this.#deps.log('info', `the lease of partition ${this.partition} is renewed: it goes on`)
    this.#isWaiting = false
    this.#process?.tell({ type: 'lease', untilNs: lease.untilNs })
  }

  /** It is not known whose it is: until its next word the process writes nothing. To be called again and again. */
  wait(): void {
    if (!this.#isWaiting) this.#deps.log('warn', `partition ${this.partition}: ${WAITS}`)
    this.#isWaiting = true
    this.#process?.tell({ type: 'wait' })
  }

  useSettings(): void {
    this.#process?.tell({ type: 'settings', settings: this.#deps.settings() })
  }

  /** Ends it in good order: its files are where the next owner finds them. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#ending.abort()
    await this.#process?.stop()
    await this.#running
  }

  /** Ends it at once: the lease is not certain any more. */
  async kill(): Promise<void> {
    this.#isStopping = true
    this.#ending.abort()
    this.#process?.kill()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, log: say, owned } = this.#deps
    const { signal } = this.#ending
    let againMs = AGAIN_MS_MIN
    while (!signal.aborted) {
      const startedMs = performance.now()
      const { reason, isFenced } = await this.#runOnce()
      if (signal.aborted) return
      this.#trouble = `${reason}; it is started again`
      say('error', `partition ${owned.partition} ended: ${reason}`)
      const wasSteady = performance.now() - startedMs > STEADY_MS
      if (wasSteady) againMs = AGAIN_MS_MIN
      this.#failures = wasSteady ? 1 : this.#failures + 1
      if (isFenced || this.#failures >= FAILURES_MAX) {
        this.#deps.givenUp(isFenced)
        return
      }
      await clock.sleep(againMs, signal)
      againMs = Math.min(2 * againMs, AGAIN_MS_MAX)
    }
  }

  async #runOnce(): Promise<{ readonly reason: string; readonly isFenced: boolean }> {
    const { settings, owned, version, program } = this.#deps
    const { epoch, untilNs } = this.lease
    const start = { type: 'start', settings: settings(), owned: { ...owned, epoch }, untilNs, version } as const
    const process = new PartitionProcess(program, start, () => {
      this.#trouble = ''
      this.#deps.serving()
    })
    this.#process = process
    const end = await process.exited
    this.#process = null
    return end
  }
}
