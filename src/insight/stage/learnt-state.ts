import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { ForecasterState } from '../series-forecaster.js'

/** Everything that was learnt up to the start of a day: a cache, made again from the log of observations when it is lost. */
export interface LearntState {
  readonly chain: number
  /** The next step to be taken, epoch ms. */
  readonly nextMs: number
  /** Observations before this byte of the log are in it. */
  readonly endByte: number
  readonly forecaster: ForecasterState
}

const NAME = 'learnt.cache'

/** Null when there is none that can be read. */
export function readLearnt(dir: string): LearntState | null {
  try {
    return deserialize(readFileSync(join(dir, NAME))) as LearntState
  } catch {
    return null
  }
}

export function writeLearnt(dir: string, state: LearntState): void {
  const path = join(dir, NAME)
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
