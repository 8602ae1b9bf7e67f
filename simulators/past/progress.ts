import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { EXIT } from '../../src/base/exit-codes.js'
import { Stop } from '../stop.js'

/** Progress with a past that is sent newest first: what is missing lies before it. */
export interface PastProgress {
  /** The past is [fromMs, toMs), epoch ms: at `toMs` the dense samples of the first start begin. */
  readonly fromMs: number
  readonly toMs: number
  /** All from here on is acknowledged, epoch ms. */
  readonly sentFromMs: number
}

/** The progress that a file tells; null when there is no such file. One that says something else: Stop. */
export function readProgress(file: string): PastProgress | null {
  if (!existsSync(file)) return null
  try {
    const { from, to, sent_from } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    const [fromMs, toMs, sentFromMs] = [from, to, sent_from].map((text) => Date.parse(text ?? '')) as [
      number,
      number,
      number,
    ]
    if (fromMs <= sentFromMs && sentFromMs <= toMs) return { fromMs, toMs, sentFromMs }
  } catch {
    // A file of any other kind is refused below as well.
  }
  throw new Stop(EXIT.io, `${file} does not tell how far the past has been sent: delete it to send the past again`)
}

/** All of it or nothing; what cannot be written ends the simulators: Stop. */
export function writeProgress(file: string, { fromMs, toMs, sentFromMs }: PastProgress): void {
  const [from, to, sent_from] = [fromMs, toMs, sentFromMs].map((ms) => new Date(ms).toISOString())
  try {
    writeFileSync(`${file}.part`, `${JSON.stringify({ from, to, sent_from })}\n`)
    renameSync(`${file}.part`, file)
  } catch (error) {
    throw new Stop(EXIT.io, `--past-progress cannot be written: ${(error as Error).message}`)
  }
}
