import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

/*
 * Loaded into every thread of the gateway (`--import`): a thread throws what nobody catches as soon as there is a file of its
 * name in the folder THROW_DIR (`cli`, `intake-thread`, …), or rejects a promise that nobody waits for when the name ends in
 * `.rejection`.
 */
const { THROW_DIR } = process.env
const name = basename(process.argv[1] ?? 'thread').replace(/\.[cm]?js$/, '')
const flag = join(THROW_DIR, name)

const timer = setInterval(() => {
  // A process that takes messages has begun when it listens to them.
  if (process.send !== undefined && process.listenerCount('message') === 0) return
  if (existsSync(`${flag}.rejection`)) {
    clearInterval(timer)
    void Promise.reject(new Error(`planted in ${name}`))
  }
  if (!existsSync(flag)) return
  clearInterval(timer)
  throw new Error(`planted in ${name}`)
}, 10)
timer.unref()
