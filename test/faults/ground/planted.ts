import { JournalError } from '../../../src/journal/segment-log.js'
import { PowerCut, type SimulatedDisk } from '../../support/simulated-disk.js'
import { believing } from './checksums.js'
import { lifeWithDamage } from './damage.js'
import { answerEarly, lifeWithHangingStore } from './delivered.js'
import { lifeWithPowerCuts } from './journal-life.js'
import { lifeWithRepeats, withoutLookup } from './repeated.js'

/** A fault that programs of this kind have, put into ours from outside: nothing of it is in the product. */
export interface PlantedFault {
  readonly name: string
  /** Lives that are looked at. */
  readonly lives: number
  /** Runs one life of the program as it is, or with the fault in it, and says what is wrong; null when nothing is. */
  sound(seed: number): string | null | Promise<string | null>
  faulty(seed: number): string | null | Promise<string | null>
}

function onDisk(name: string, plant: (disk: SimulatedDisk) => void): PlantedFault {
  const sound = (seed: number) => lifeWithPowerCuts(seed)
  return { name, lives: 40, sound, faulty: (seed) => lifeWithPowerCuts(seed, plant) }
}

/** Each sync is done before the next write only: what was written last is acknowledged while it is not on the platter. */
export function syncLate(disk: SimulatedDisk): void {
  const syncNow = disk.syncData.bind(disk)
  const write = disk.write.bind(disk)
  let due: number | null = null
  disk.syncData = (fd) => {
    due = fd
  }
  disk.write = (fd, bytes, at) => {
    if (due === fd) syncNow(fd)
    due = null
    write(fd, bytes, at)
  }
}

/** Takes every write for done: what the disk answers to it is not looked at, unless it is a power cut. */
function ignoreRefusals(disk: SimulatedDisk): void {
  const write = disk.write.bind(disk)
  disk.write = (fd, bytes, at) => {
    try {
      write(fd, bytes, at)
    } catch (error) {
      if (error instanceof PowerCut) throw error
    }
  }
}

function forgetDirectories(disk: SimulatedDisk): void {
  disk.syncDirectory = () => undefined
}

/** A sync that failed is done again, and what the second one answers is believed. */
function syncAgain(disk: SimulatedDisk): void {
  const sync = disk.syncData.bind(disk)
  disk.syncData = (fd) => {
    for (;;) {
      try {
        sync(fd)
        return
      } catch (error) {
        if (error instanceof PowerCut) throw error
      }
    }
  }
}

const first = async (found: Promise<readonly string[]>) => (await found)[0] ?? null

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  onDisk('acknowledged before fdatasync', syncLate),
  onDisk('acknowledged although the write failed', ignoreRefusals),
  onDisk('no fsync of the directory', forgetDirectories),
  onDisk('fsync tried again after EIO', syncAgain),
  {
    name: 'cursor saved before the store answered',
    lives: 2,
    sound: (seed) => first(lifeWithHangingStore(seed)),
    faulty: (seed) => first(lifeWithHangingStore(seed, answerEarly)),
  },
  {
    name: 'torn tail accepted',
    lives: 300,
    sound: (seed) => lifeWithPowerCuts(seed),
    faulty: (seed) => believing('tail', (change) => lifeWithPowerCuts(seed, change)),
  },
  {
    name: 'checksum not checked',
    lives: 40,
    sound: (seed) => lifeWithDamage(seed),
    faulty: (seed) => believing('all', (change) => lifeWithDamage(seed, change)),
  },
  {
    name: 'duplicate not collapsed',
    lives: 1,
    sound: (seed) => first(lifeWithRepeats(seed)),
    faulty: (seed) => first(withoutLookup(() => lifeWithRepeats(seed))),
  },
]

export interface Caught {
  readonly name: string
  /** Lives in which something was found without the fault, and with it. */
  readonly sound: number
  readonly faulty: number
  /** First finding without the fault, or else with it; '' when there is none. */
  readonly says: string
}

/** Finding of a life, or that the journal could not even be opened with the fault: whoever runs it sees that too. */
async function lived(faulty: () => string | null | Promise<string | null>): Promise<string | null> {
  try {
    return await faulty()
  } catch (error) {
    if (error instanceof JournalError) return error.message
    throw error
  }
}

/** Looks at the lives of one fault, `times` as many as it asks for. */
export async function caught({ name, lives, sound, faulty }: PlantedFault, seed: number, times = 1): Promise<Caught> {
  const found: { sound: string[]; faulty: string[] } = { sound: [], faulty: [] }
  for (let life = seed; life < seed + lives * times; life++) {
    const without = await sound(life)
    const withFault = await lived(() => faulty(life))
    if (without !== null) found.sound.push(without)
    if (withFault !== null) found.faulty.push(withFault)
  }
  const says = found.sound[0] ?? found.faulty[0] ?? ''
  return { name, sound: found.sound.length, faulty: found.faulty.length, says }
}
