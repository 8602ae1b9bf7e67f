import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mappingsOf, sumMappings } from '../../bench/measure/mappings.js'

/** The mappings of a process, told apart by what they are for. */

const KIB = 1024

function mapping(range: string, rights: string, rssKib: number, name = ''): string {
  return `${range} ${rights} 00000000 00:00 0          ${name}\nSize:   1 kB\nRss:    ${rssKib} kB\nPss:  9 kB\n`
}

test('programs, heaps of V8, arenas, stacks and what has no name are added up apart', () => {
  const smaps = [
    mapping('00400000-00b00000', 'r-xp', 1000, '/usr/bin/node'),
    mapping('29422000-29a00000', 'rw-p', 100, '[heap]'),
    mapping('13e73d0c0000-13e73d1ba000', 'rw-p', 700),
    mapping('7f88b0000000-7f88b0002000', 'rw-p', 8),
    mapping('7f88b0002000-7f88b0003000', '---p', 0),
    mapping('7f88b0003000-7f88b003f000', 'rwxp', 240),
    mapping('7f88d0000000-7f88d0464000', 'rw-p', 4400),
    mapping('7f88d0464000-7f88d4000000', '---p', 0),
    mapping('7f89682ed000-7f8968b6d000', 'rw-p', 2056),
    mapping('7f8968dfd000-7f8968dfe000', '---p', 0),
    mapping('7f8968dfe000-7f89691fe000', 'rw-p', 60),
    mapping('7f8970000000-7f8974000000', 'rw-p', 65_536),
    mapping('7ffd10000000-7ffd10021000', 'rw-p', 40, '[stack]'),
  ]
  expect(sumMappings(smaps.join(''))).toEqual({
    files: 1000 * KIB,
    v8: (700 + 240) * KIB,
    arenas: (100 + 4400 + 65_536) * KIB,
    maps: (8 + 2056) * KIB,
    stacks: (60 + 40) * KIB,
  })
})

test('the kinds of a running process add up to its resident memory', () => {
  const { files, v8, arenas, maps, stacks } = mappingsOf(process.pid)
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * KIB
  const share = (files + v8 + arenas + maps + stacks) / rss
  expect(share).toBeGreaterThan(0.9)
  expect(share).toBeLessThan(1.1)
})
