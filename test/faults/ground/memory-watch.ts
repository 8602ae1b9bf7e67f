import type { TestGateway } from '../../support/gateway.js'
import { rssMiB } from '../storms/storm.js'

const LOOK_MS = 250

/** Memory that a program held over a stretch of time, MiB. */
export interface Held {
  readonly maxMiB: number
  /** The most in each third of the time: level memory has three of a kind. */
  readonly thirdsMiB: readonly number[]
}

type Watched = Pick<TestGateway, 'process'>

/** Looks at the memory of a program four times a second, until it has ended. */
export class MemoryWatch {
  readonly #samples: number[] = []
  readonly #timer: NodeJS.Timeout

  constructor(watched: Watched) {
    this.#look(watched)
    this.#timer = setInterval(() => this.#look(watched), LOOK_MS)
  }

  #look(watched: Watched): void {
    if (watched.process.exitCode !== null || watched.process.signalCode !== null) return
    const mib = rssMiB(watched)
    // A process that has ended and was not waited for yet holds nothing.
    if (!Number.isNaN(mib)) this.#samples.push(mib)
  }

  /** Looks no more. */
  end(): Held {
    clearInterval(this.#timer)
    const third = Math.max(1, Math.ceil(this.#samples.length / 3))
    const thirdsMiB = [0, 1, 2].map((i) => most(this.#samples.slice(i * third, (i + 1) * third)))
    return { maxMiB: most(this.#samples), thirdsMiB }
  }
}

/** Growth from the second third to the last: in the first what is loaded, compiled and cached once comes on top. */
export function growthMiB({ thirdsMiB }: Held): number {
  return (thirdsMiB[2] ?? 0) - (thirdsMiB[1] ?? 0)
}

function most(samples: readonly number[]): number {
  return Math.round(Math.max(0, ...samples))
}
