import { readFileSync } from 'node:fs'

/** Resident memory of a process by what it is mapped for, in bytes. */
export interface Mappings {
  /** Programs and libraries, and what they have written of their own data. */
  readonly files: number
  /** Heaps of V8 in all threads, with the code that it has compiled. */
  readonly v8: number
  /** Memory that glibc's malloc keeps: the heap of the process and the arenas of its threads. */
  readonly arenas: number
  /** All else without a name: large blocks of malloc (buffers), and what DuckDB's allocator has mapped. */
  readonly maps: number
  readonly stacks: number
}

interface Mapping {
  readonly start: number
  readonly end: number
  readonly rights: string
  readonly name: string
  readonly rss: number
}

/** V8 asks for its pages at random places in the lowest 46 bits; the system gives its own choice far above them. */
const V8_BELOW = 2 ** 46
/** glibc begins each arena at a multiple of this, and reserves the rest of it. */
const ARENA_BYTES = 64 * 2 ** 20
/** Page below a stack that nobody may touch. */
const GUARD_BYTES = 4096
const KIB = 1024
const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+\s*(.*)$/

/** The mappings of a process that runs. */
export function mappingsOf(pid: number): Mappings {
  return sumMappings(readFileSync(`/proc/${pid}/smaps`, 'latin1'))
}

/** Adds up the text of /proc/PID/smaps. The kinds add up to the resident memory of the process. */
export function sumMappings(smaps: string): Mappings {
  const sums = { files: 0, v8: 0, arenas: 0, maps: 0, stacks: 0 }
  const mappings = parse(smaps)
  for (const [i, mapping] of mappings.entries()) {
    sums[kindOf(mapping, mappings[i - 1], mappings[i + 1])] += mapping.rss
  }
  return sums
}

function kindOf(mapping: Mapping, before: Mapping | undefined, behind: Mapping | undefined): keyof Mappings {
  const { start, rights, name } = mapping
  if (name === '[heap]') return 'arenas'
  if (name === '[stack]') return 'stacks'
  if (name !== '') return 'files'
  if (rights[2] === 'x' || start < V8_BELOW) return 'v8'
  if (isArena(mapping, behind)) return 'arenas'
  const isGuarded =
    before?.end === start && before.rights.startsWith('---') && before.end - before.start === GUARD_BYTES
  return isGuarded ? 'stacks' : 'maps'
}

/** An arena is used up to somewhere, and reserved from there to its end. */
function isArena({ start, end }: Mapping, behind: Mapping | undefined): boolean {
  if (start % ARENA_BYTES !== 0) return false
  if (end % ARENA_BYTES === 0) return true
  return behind?.start === end && behind.rights.startsWith('---') && behind.end % ARENA_BYTES === 0
}

function parse(smaps: string): readonly Mapping[] {
  const mappings: (Mapping & { rss: number })[] = []
  for (const line of smaps.split('\n')) {
    const head = HEAD.exec(line)
    if (head !== null) {
      const [, start = '', end = '', rights = '', name = ''] = head
      mappings.push({ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), rights, name, rss: 0 })
    } else if (line.startsWith('Rss:')) {
      mappings.at(-1)!.rss = Number.parseInt(line.slice(4), 10) * KIB
    }
  }
  return mappings
}
