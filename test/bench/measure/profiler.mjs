import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { basename, join } from 'node:path'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'

/*
 * Loaded into every thread of the gateway (`--import`). The first SIGWINCH begins a processor profile of each thread, the
 * second makes each leave what it found in the folder PROFILE_DIR, named by thread, with the processor time that the
 * system counted for it; a thread that ends before leaves it when it ends. As long as a thread has something to leave,
 * there is a file of its name that ends in .open. (SIGUSR2 would stop the gateway, and SIGPROF is V8's own.)
 */
const INTERVAL_US = 500
/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100

const name = isMainThread ? 'main' : basename(process.argv[1] ?? 'thread').replace(/\.[cm]?js$/, '')
const file = join(process.env.PROFILE_DIR, `${name}-${threadId}`)
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })

let cpuBefore = 0
let isLeft = false

/** Processor time of the calling thread alone. */
function cpuSeconds() {
  const fields = readFileSync('/proc/thread-self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function begin() {
  process.env.PROFILE_STATE = 'begun'
  cpuBefore = cpuSeconds()
  session.post('Profiler.start')
}

function leave() {
  if (isLeft) return
  isLeft = true
  process.env.PROFILE_STATE = 'left'
  session.post('Profiler.stop', (error, answer) => {
    if (error === null) {
      const left = { name, cpuSeconds: cpuSeconds() - cpuBefore, profile: answer.profile }
      writeFileSync(`${file}.part`, JSON.stringify(left))
      renameSync(`${file}.part`, `${file}.json`)
    }
    rmSync(`${file}.open`)
  })
}

/** For a thread that was started later: it has a copy of the environment of the one that started it. */
const state = process.env.PROFILE_STATE
if (state !== 'left') writeFileSync(`${file}.open`, '')
else isLeft = true
if (state === 'begun') begin()

const channel = new BroadcastChannel('profile')
channel.unref()
channel.onmessage = ({ data }) => (data === 'begin' ? begin() : leave())
process.on('exit', leave)
if (isMainThread) {
  let signals = 0
  process.on('SIGWINCH', () => {
    const isFirst = signals++ === 0
    channel.postMessage(isFirst ? 'begin' : 'leave')
    if (isFirst) begin()
    else leave()
  })
}
