import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'

/**
 * Loaded into every thread of the gateway (`--import`): leaves a processor profile of each in the folder
 * PROFILE_DIR when the process gets SIGUSR2, named by thread.
 */
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: 500 })
session.post('Profiler.start')
const channel = new BroadcastChannel('profile')
channel.unref()
const leave = () => {
  session.post('Profiler.stop', (error, answer) => {
    if (error === null)
      writeFileSync(join(process.env.PROFILE_DIR, `thread-${threadId}.cpuprofile`), JSON.stringify(answer.profile))
  })
}
channel.onmessage = leave
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage(0)
    leave()
  })
}
