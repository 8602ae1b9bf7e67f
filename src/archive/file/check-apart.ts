import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A file that takes longer is rebuilt sooner than it is read. */
const CHECK_MS_MAX = 1_800_000

/**
 * Looks for what is wrong with the file of a database, '' when nothing is. It is read in a process of its own, as DuckDB can end
 * the process that reads a damaged one. Rejects when `signal` is aborted.
 */
export function faultApart(path: string, signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./check-process.js', import.meta.url)), path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const stop = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    stop()
  }, CHECK_MS_MAX)
  return new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, killedBy) => {
      if (signal.aborted) reject(signal.reason)
      else if (isLate) resolve('reading it takes too long')
      else if (code === 0) resolve(said.trim())
      else resolve(`the process that read it ended with ${killedBy ?? code}`)
    })
  }).finally(() => {
    clearTimeout(late)
    signal.removeEventListener('abort', stop)
  })
}
