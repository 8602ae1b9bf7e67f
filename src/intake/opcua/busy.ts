import type { Clock } from '../../base/clock.js'

/** Pauses before a server is asked again that had no room or no time: a quarter of a second, then twice as long each time. */

/** Codes of such a server. Sources: OPC 10000-4 table 177, and OPC 10000-6 7.1.5 for those of its TCP listener. */
const BUSY =
  /Bad\w*(TooBusy|TooManyOperations|TooManyPublishRequests|TooLarge|OutOfMemory|ResourceUnavailable|NotEnoughResources)\b/
/** Codes by which it wants fewer in one request. */
const TOO_MANY = /Bad\w*(TooManyOperations|TooLarge)\b/
const PAUSE_MS_MIN = 250
const PAUSE_MS_MAX = 10_000

/** True for words of an error by which a server that is there says that it has no room or no time now. */
export function isBusy(text: string): boolean {
  return BUSY.test(text)
}

/** True for those where fewer in one request may do. */
export function isTooMany(text: string): boolean {
  return TOO_MANY.test(text)
}

/** Failures of one server, one after the other, and the pauses behind them. */
export class BusyPause {
  #failures = 0

  constructor(private readonly clock: Pick<Clock, 'sleep'>) {}

  get failures(): number {
    return this.#failures
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Resolves when it may be asked again, or the signal is aborted. */
  failed(signal?: AbortSignal): Promise<void> {
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** this.#failures++)
    return this.clock.sleep(pauseMs, signal)
  }
}
