import { join } from 'node:path'
import { randomStream } from '../../../simulators/random.js'
import { readiness, until } from '../../support/gateway.js'
import { LoadedGateway } from '../ground/loaded-gateway.js'
import { SmallDisk } from '../ground/small-disk.js'
import { type Proof, say, verdictOf } from './proof.js'

const CYCLES = 50
const RESUMED_MS_MAX = 5000
const SIZE_MIB = 1024
/** Most bytes that are left when the disk is filled: somewhere in the next writes it is full. */
const LEFT_BYTES_MAX = 512 * 1024
const FULL_MS_MAX = 60_000

/** A real file system without room, under load, and with room again. */
export const diskFull: Proof = {
  name: 'disk-full',
  says: 'the disk of the data is full and has room again, under full load (root: it mounts a tmpfs)',
  goal: '0 lost over 50 cycles, messages are acknowledged again in 5 s without a restart',
  async run({ seed, rounds }) {
    const cycles = rounds ?? CYCLES
    const random = randomStream('disk-full', seed)
    const disk = new SmallDisk(SIZE_MIB)
    try {
      const loaded = await LoadedGateway.start({ config: { data_dir: join(disk.dir, 'data') } })
      const { books, gateway, broken } = loaded
      const resumedMs: number[] = []
      try {
        for (let cycle = 0; cycle < cycles; cycle++) {
          say(`disk-full: ${cycle} of ${cycles}`)
          await until(async () => (await readiness(gateway)).status === 200, FULL_MS_MAX)
          disk.fill(Math.floor(random() * LEFT_BYTES_MAX))
          const isFull = async () => {
            await books.burst()
            const { checks } = await readiness(gateway)
            return checks.some(({ name, reason }) => name === 'journal' && reason.includes('ENOSPC'))
          }
          await until(isFull, FULL_MS_MAX)
          const { acknowledged } = await books.state()
          const fromMs = performance.now()
          disk.free()
          await until(async () => (await books.state()).acknowledged > acknowledged, FULL_MS_MAX, 10)
          resumedMs.push(Math.round(performance.now() - fromMs))
        }
        const { readings } = await loaded.compare(120_000 + cycles * 2000)
        const longestMs = Math.max(...resumedMs)
        return {
          figure: `${broken.length} broken promises in ${readings} acknowledged readings over ${cycles} cycles, acknowledged again in ${longestMs} ms at most`,
          verdict: verdictOf(broken.length > 0 || longestMs > RESUMED_MS_MAX, cycles, CYCLES),
          parameters: { cycles, sizeMiB: SIZE_MIB },
          figures: { readings, longestMs, broken: broken.slice(0, 20) },
        }
      } catch (error) {
        say(gateway.log().slice(-3000))
        throw error
      } finally {
        await loaded.end()
      }
    } finally {
      disk.remove()
    }
  },
}
