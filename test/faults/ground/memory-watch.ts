import type { TestGateway } from '../../support/gateway.js'
import { rssMiB } from '../storms/storm.js'

const LOOK_MS = 250

/** Memory that a gateway held over a stretch of time, MiB. */
export interface Held {
  readonly maxMiB: number
  /** The most in each third of the time: level memory has three of a kind. */
  readonly thirdsMiB: readonly number[]
}

/** Looks at the memory of a gateway four times a second. */
export class MemoryWatch {
  readonly #samples: number[] = []
  readonly #timer: NodeJS.Timeout

  constructor(gateway: TestGateway) {
    this.#samples.push(rssMiB(gateway))
    this.#timer = setInterval(() => this.#samples.push(rssMiB(gateway)), LOOK_MS)
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
