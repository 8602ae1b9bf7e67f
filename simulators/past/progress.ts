import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { EXIT } from '../../src/base/exit-codes.js'
import { Stop } from '../stop.js'

/** Progress of a past that is sent oldest first. Times are epoch ms. */
export interface PastProgress {
  /** The past begins here. */
  readonly fromMs: number
  /** The first start, from which what was planted lies back. */
  readonly startMs: number
  /** Everything before this is acknowledged. */
  readonly sentToMs: number
}

/** The progress that a file tells; null when there is no such file. One that says something else: Stop. */
export function readProgress(file: string): PastProgress | null {
  if (!existsSync(file)) return null
  try {
    const { from, started, sent_to } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    const [fromMs, startMs, sentToMs] = [from, started, sent_to].map((text) => Date.parse(text ?? '')) as [
      number,
      number,
      number,
    ]
    if (fromMs <= sentToMs && fromMs <= startMs) return { fromMs, startMs, sentToMs }
  } catch {
    // A file that is no JSON is refused below like one without its times.
  }
  throw new Stop(EXIT.io, `${file} does not tell how far the past was sent: delete it to send the past again`)
}

/** All of it or nothing; what cannot be written ends the simulators: Stop. */
export function writeProgress(file: string, { fromMs, startMs, sentToMs }: PastProgress): void {
  const [from, started, sent_to] = [fromMs, startMs, sentToMs].map((ms) => new Date(ms).toISOString())
  try {
    writeFileSync(`${file}.part`, `${JSON.stringify({ from, started, sent_to })}\n`)
    renameSync(`${file}.part`, file)
  } catch (error) {
    throw new Stop(EXIT.io, `--past-progress cannot be written: ${(error as Error).message}`)
  }
}
