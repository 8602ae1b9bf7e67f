import { partitionOf } from '../../src/nats/partition.js'
import { randomOf } from '../bench/measure/bootstrap.js'

/** Reckons what cannot be tried on one machine: many plants on many partitions and nodes, with the real division of plants. */

const PLANTS = 1000
const SEED = 37
/** As many draws of names and sizes; the table has their median and their worst. */
const DRAWS = 50

export interface Loads {
  /** The largest share by the mean. */
  readonly median: number
  readonly worst: number
}

type Random = () => number
type Naming = 'in order' | 'by place'
type Sizes = 'alike' | 'unlike'

const PLACES =
  'anqing baoding changzhou dalian foshan guilin harbin jinan kunming lanzhou mianyang ningbo putian qingdao'
    .concat(' rizhao suzhou tianjin urumqi wuxi xiamen yantai zhuhai')
    .split(' ')

/** `plant-0001` …, or names of places with a number, as plants are called. */
function idsOf(naming: Naming, random: Random): string[] {
  if (naming === 'in order') {
    const first = Math.floor(random() * 5000)
    return Array.from({ length: PLANTS }, (_, i) => `plant-${String(first + i).padStart(4, '0')}`)
  }
  const ids = new Set<string>()
  while (ids.size < PLANTS) {
    ids.add(`${PLACES[Math.floor(random() * PLACES.length)]}-${1 + Math.floor(random() * 200)}`)
  }
  return [...ids]
}

/** All with the same devices, or as plants are: half of them below the median, a few ten times as large. */
function sizeOf(sizes: Sizes, random: Random): number {
  if (sizes === 'alike') return 1
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.exp(normal)
}

/** Load of each partition, the mean being 1. */
function partitionLoads(partitions: number, naming: Naming, sizes: Sizes, random: Random): number[] {
  const loads = new Array<number>(partitions).fill(0)
  for (const id of idsOf(naming, random)) loads[partitionOf(id, partitions)]! += sizeOf(sizes, random)
  const mean = loads.reduce((sum, load) => sum + load, 0) / partitions
  return loads.map((load) => load / mean)
}

function summary(draws: readonly number[]): Loads {
  const sorted = [...draws].sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)]!, worst: sorted.at(-1)! }
}

/** The fullest partition by the mean of all. */
export function fullestPartition(partitions: number, naming: Naming, sizes: Sizes): Loads {
  const random = randomOf(SEED)
  return summary(Array.from({ length: DRAWS }, () => Math.max(...partitionLoads(partitions, naming, sizes, random))))
}

/**
 * The fullest node by the mean of all nodes that there were, when so many have gone: each has as many partitions as the others,
 * give or take one, whatever is in them.
 */
export function fullestNode(partitions: number, nodes: number, lost: number): Loads {
  const random = randomOf(SEED)
  return summary(
    Array.from({ length: DRAWS }, () => {
      const loads = partitionLoads(partitions, 'by place', 'unlike', random)
      const left = nodes - lost
      const byNode = new Array<number>(left).fill(0)
      for (const [partition, load] of loads.entries()) byNode[partition % left]! += load
      return Math.max(...byNode) / (partitions / nodes)
    }),
  )
}

const PARTITIONS = [8, 16, 32, 64, 128, 256]
const NODES = [3, 6, 12, 24]
const text = ({ median, worst }: Loads) => `${median.toFixed(2)} / ${worst.toFixed(2)}`

/** The tables of docs/understand/cluster/capacity.md, as lines of Markdown. */
export function capacityTables(): { readonly partitions: readonly string[]; readonly nodes: readonly string[] } {
  return {
    partitions: [
      '| partitions | `plant-0001` …, alike | `suzhou-17` …, alike | `plant-0001` …, unlike | `suzhou-17` …, unlike |',
      '| --- | --- | --- | --- | --- |',
      ...PARTITIONS.map((partitions) => {
        const of = (naming: Naming, sizes: Sizes) => text(fullestPartition(partitions, naming, sizes))
        return `| ${partitions} | ${of('in order', 'alike')} | ${of('by place', 'alike')} | ${of('in order', 'unlike')} | ${of('by place', 'unlike')} |`
      }),
    ],
    nodes: [
      '| nodes | partitions | all there | one lost | two lost |',
      '| --- | --- | --- | --- | --- |',
      ...NODES.flatMap((nodes) =>
        [64, 256].map((partitions) => {
          const of = (lost: number) => text(fullestNode(partitions, nodes, lost))
          return `| ${nodes} | ${partitions} | ${of(0)} | ${of(1)} | ${of(2)} |`
        }),
      ),
    ],
  }
}
