import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { ForecasterState } from '../series-forecaster.js'
import type { ForecastGroup } from './forecast-group.js'

/** Everything that was learnt up to the start of a day: a cache, made again from the log of observations when it is lost. */
export interface LearntState {
  readonly chain: number
  /** The next step to be taken, epoch ms. */
  readonly nextMs: number
  /** Observations before this byte of the log are in it. */
  readonly endByte: number
  readonly forecaster: ForecasterState
}

/** Null when there is none that can be read. */
export function readLearnt(dir: string, { learnt }: ForecastGroup): LearntState | null {
  try {
    return deserialize(readFileSync(join(dir, learnt))) as LearntState
  } catch {
    return null
  }
}

export function writeLearnt(dir: string, { learnt }: ForecastGroup, state: LearntState): void {
  const path = join(dir, learnt)
  const fd = openSync(`${path}.unfinished`, 'w')
  try {
    const bytes = serialize(state)
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.unfinished`, path)
}
